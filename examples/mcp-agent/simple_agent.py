@app.workflow
class SimpleAgentWorkflow(Workflow[str]):
    @app.workflow_run
    async def run(self, query: str) -> WorkflowResult[str]:
        agent = Agent(
            name="researcher",
            instruction="Research and provide detailed answers",
            server_names=["fetch", "filesystem"]
        )
        
        async with agent:
            result = await agent.generate_str(query)
            return WorkflowResult(value=result)
