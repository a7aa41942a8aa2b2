"""A worker of mcp-agent for the faults, as its examples write one; its config lies in the current folder."""

import asyncio
import json
import sys

from mcp_agent.agents.agent import Agent
from mcp_agent.app import MCPApp
from mcp_agent.executor.temporal import create_temporal_worker_for_app
from mcp_agent.executor.temporal.interactive_workflow import InteractiveWorkflow
from mcp_agent.executor.workflow import Workflow, WorkflowResult
from mcp_agent.human_input.types import HumanInputRequest
from mcp_agent.workflows.llm.augmented_llm import RequestParams
from mcp_agent.workflows.llm.augmented_llm_openai import OpenAIAugmentedLLM

app = MCPApp(name="faults")


@app.workflow
class AgentWorkflow(Workflow[str]):
    @app.workflow_run
    async def run(self, prompt: str) -> WorkflowResult[str]:
        # SWAPPED
        turns = json.loads(prompt[prompt.index("{") :])["turns"]
        agent = Agent(name="faults", instruction="Use the tool when asked.", server_names=["echo"])
        async with agent:
            llm = await agent.attach_llm(OpenAIAugmentedLLM)
            params = RequestParams(model="bench", max_iterations=turns + 2)
            return WorkflowResult(value=await llm.generate_str(message=prompt, request_params=params))


@app.workflow
class AskWorkflow(InteractiveWorkflow[str]):
    @app.workflow_run
    async def run(self, prompt: str) -> WorkflowResult[str]:
        ask = self.create_input_callback()
        answer = await ask(HumanInputRequest(prompt=prompt, request_id="q1"))
        return WorkflowResult(value=f"{answer.response} done")


@app.workflow
class FailingWorkflow(Workflow[str]):
    @app.workflow_run
    async def run(self, prompt: str) -> WorkflowResult[str]:
        raise RuntimeError("plain failure")


async def main() -> None:
    async with create_temporal_worker_for_app(app) as worker:
        print("ready", file=sys.stderr, flush=True)
        await worker.run()


asyncio.run(main())
