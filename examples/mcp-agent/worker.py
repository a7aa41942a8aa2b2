import asyncio
from workflow import app
from mcp_agent.executor.temporal.worker import create_temporal_worker_for_app

async def main():
    async with create_temporal_worker_for_app(app) as worker:
        print("Worker started. Ctrl+C to exit.")
        await worker.run()

if __name__ == "__main__":
    asyncio.run(main())
