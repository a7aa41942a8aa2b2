"""A worker of mcp-agent, as its examples write one; its config lies in the current folder."""

import asyncio
import json
import sys

from mcp_agent.agents.agent import Agent
from mcp_agent.app import MCPApp
from mcp_agent.executor.temporal import create_temporal_worker_for_app
from mcp_agent.executor.workflow import Workflow, WorkflowResult
from mcp_agent.workflows.llm.augmented_llm import RequestParams
from mcp_agent.workflows.llm.augmented_llm_openai import OpenAIAugmentedLLM

app = MCPApp(name="bench")


@app.workflow
class BenchWorkflow(Workflow[str]):
    @app.workflow_run
    async def run(self, prompt: str) -> WorkflowResult[str]:
        # Its default of ten turns ends a longer run as completed, with an empty text.
        turns = json.loads(prompt[prompt.index("{") :])["turns"]
        agent = Agent(name="bench", instruction="Use the tool when asked.", server_names=["echo"])
        async with agent:
            llm = await agent.attach_llm(OpenAIAugmentedLLM)
            params = RequestParams(model="bench", max_iterations=turns + 2)
            return WorkflowResult(value=await llm.generate_str(message=prompt, request_params=params))


async def main() -> None:
    async with create_temporal_worker_for_app(app) as worker:
        print("ready", file=sys.stderr, flush=True)
        await worker.run()


asyncio.run(main())
