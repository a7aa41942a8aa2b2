from temporalio import workflow

@app.workflow
class ControllableWorkflow(Workflow[str]):
    def __init__(self):
        self._paused = False
        
    @workflow.signal
    async def pause(self):
        self._paused = True
        
    @workflow.signal
    async def resume(self):
        self._paused = False
        
    @app.workflow_run
    async def run(self, input: str) -> WorkflowResult[str]:
        agent = Agent(name="worker", server_names=["fetch"])
        
        async with agent:
            # Check for pause signal
            await workflow.wait_condition(lambda: not self._paused)
            
            result = await agent.generate_str(input)
            return WorkflowResult(value=result)
