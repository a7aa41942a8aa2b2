import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

const plan = (...steps) => ({ complete: steps.length === 0, steps });
const step = (description, ...agents) => ({
  description,
  tasks: agents.map((agent) => ({ agent, description: `${description} it` })),
});
const planner = (contains, answer) => ({ when: { agent: 'planner', contains }, ...answer });

test('steps are done one after the other, and the report is written', async () => {
  rmSync('data/graded_report.md', { force: true });
  const env = await createTestEnvironment({
    model: scriptedModel([
      planner('Write the final result', { say: 'Grade A' }),
      planner('saved', { json: plan() }),
      planner('Plan how', {
        json: plan(step('read', 'finder'), step('judge', 'proofreader', 'style_enforcer'), step('report', 'writer')),
      }),
      { when: { agent: 'finder' }, say: 'Once upon a time' },
      { when: { agent: 'proofreader', contains: 'Once upon' }, say: 'no mistakes' },
      { when: { agent: 'style_enforcer', contains: 'Once upon' }, say: 'good style' },
      {
        when: { agent: 'writer', matches: 'no mistakes.*good style' },
        tools: [{ tool: 'write_file', args: { path: 'graded_report.md', content: 'Grade A' } }],
      },
      { when: { agent: 'writer', tool: 'write_file' }, say: 'saved' },
    ]),
  });
  try {
    assert.equal(await env.run('GradeReportWorkflow', 'a-story.md'), 'Grade A');
    assert.equal(readFileSync('data/graded_report.md', 'utf8'), 'Grade A');
  } finally {
    await env.close();
  }
});
