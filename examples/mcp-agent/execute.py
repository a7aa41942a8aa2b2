import asyncio
from workflow import app

async def execute_workflow():
    async with app.run() as agent_app:
        executor = agent_app.executor
        
        # Start workflow
        handle = await executor.start_workflow(
            "DataProcessingWorkflow",
            "sample data to process"
        )
        
        # Get result
        result = await handle.result()
        print(f"Result: {result.value}")

if __name__ == "__main__":
    asyncio.run(execute_workflow())
