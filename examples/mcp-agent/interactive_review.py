from mcp_agent.executor.temporal.interactive_workflow import InteractiveWorkflow

@app.workflow
class InteractiveReviewWorkflow(InteractiveWorkflow[str]):
    @app.workflow_run
    async def run(self, content: str) -> WorkflowResult[str]:
        agent = Agent(
            name="reviewer",
            instruction="Review and improve content",
            server_names=["fetch"]
        )
        
        async with agent:
            # Initial processing
            draft = await agent.generate_str(f"Review: {content}")
            
            # Wait for human input
            feedback = await self.wait_for_human_input(
                f"Review this draft: {draft}",
                timeout_seconds=3600  # 1 hour timeout
            )
            
            # Incorporate feedback
            final = await agent.generate_str(
                f"Improve draft based on feedback: {draft}\nFeedback: {feedback}"
            )
            
            return WorkflowResult(value=final)
