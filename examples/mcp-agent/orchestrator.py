@app.workflow
class OrchestratorWorkflow(Workflow[str]):
    @app.workflow_run
    async def run(self, task: str) -> WorkflowResult[str]:
        # Planning agent
        planner = Agent(
            name="planner",
            instruction="Break down tasks into steps",
            server_names=["fetch"]
        )
        
        # Execution agent
        executor = Agent(
            name="executor",
            instruction="Execute specific steps",
            server_names=["filesystem"]
        )
        
        async with planner, executor:
            # Step 1: Plan
            plan = await planner.generate_str(f"Create plan for: {task}")
            
            # Step 2: Execute
            result = await executor.generate_str(f"Execute plan: {plan}")
            
            return WorkflowResult(value=result)
