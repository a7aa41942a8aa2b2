@app.workflow
class ParallelWorkflow(Workflow[List[str]]):
    @app.workflow_run
    async def run(self, items: List[str]) -> WorkflowResult[List[str]]:
        async def process_item(item: str) -> str:
            agent = Agent(
                name=f"processor_{item}",
                instruction="Process individual items",
                server_names=["fetch"]
            )
            
            async with agent:
                return await agent.generate_str(f"Process: {item}")
        
        # Process items in parallel
        results = await asyncio.gather(*[
            process_item(item) for item in items
        ])
        
        return WorkflowResult(value=results)
