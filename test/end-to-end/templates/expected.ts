import { expect } from 'vitest';
import type { Command, Project } from '../project.js';

/** A template's project, scaffolded from the checkout or from the tarball. */
export type Scaffolded = Pick<Project, 'mcpa' | 'read'>;

/** What a run of a template's project comes to. */
export interface Expected {
  /** What the command of the first run prints, by the template's script. */
  result: RegExp;
  /** What a person does meanwhile. */
  meanwhile?: (project: Scaffolded, run: Command) => Promise<void>;
  after?: (project: Scaffolded) => void;
  /** The model call in which the worker is killed: whose, and the turn of its conversation in the script. */
  killedIn: { agent: string; turn: number };
  /** What else the README says to run: workflow, arguments, result. */
  others?: Array<[workflow: string, args: unknown[], result: RegExp]>;
}

/** Each look is a process. */
const SELDOM = { timeout: 60_000, interval: 1_000 };

export const PROJECTS: Record<string, Expected> = {
  basic: {
    result: /wrote result\.txt/,
    after: (project) => expect(project.read('data/result.txt')).toContain('sample data to process'),
    killedIn: { agent: 'processor', turn: 2 },
  },
  interactive: {
    result: /^The final text\. \(.*shorter, please/s,
    meanwhile: async (project, run) => {
      await run.output(/Review this draft: A first draft/);
      const answered = await project.mcpa(['answer', '--text', 'shorter, please']).done;
      expect(answered.status, answered.stderr).toBe(0);
    },
    killedIn: { agent: 'reviewer', turn: 1 },
  },
  controllable: {
    result: /collect the numbers.*check them.*write the summary/s,
    meanwhile: async (project, run) => {
      await run.output(/ControllableWorkflow|worker/);
      const state = async () => JSON.parse((await project.mcpa(['query', 'state']).done).stdout || '{}');
      await expect.poll(state, SELDOM).toMatchObject({ of: 3 });
      expect((await project.mcpa(['signal', 'pause']).done).status).toBe(0);
      await expect.poll(state, SELDOM).toMatchObject({ paused: true });
      expect((await project.mcpa(['signal', 'resume']).done).status).toBe(0);
    },
    killedIn: { agent: 'worker', turn: 1 },
  },
  'mcp-server-tools': {
    result: /The warehouse said: 0 pieces of lamp; ordered 10 of lamp\./,
    after: (project) =>
      expect(JSON.parse(project.read('data/warehouse.json')).orders).toMatchObject([
        { article: 'lamp', pieces: 10 },
      ]),
    killedIn: { agent: 'buyer', turn: 3 },
  },
  production: {
    result: /A briefing: runs survive crashes/,
    killedIn: { agent: 'analyst', turn: 2 },
  },
};

export const PATTERNS: Record<string, Expected> = {
  parallel: {
    result: /^Grade: C\nSpelling: two mistakes\.\nFacts: .*\nStyle: two departures/,
    killedIn: { agent: 'style_enforcer', turn: 2 },
  },
  router: {
    result: /"by": "finder",\s+"confidence": "high",.*"answer": "They say: Durable agents survive/s,
    killedIn: { agent: 'finder', turn: 2 },
    others: [
      ['RouteRequestWorkflow', ['Write a line on durability'], /"by":"writer",.*Written to data\/text\.md/],
      ['RouteRequestWorkflow', ['What can I do here?'], /"by":"help","confidence":"low",.*Ask for something/],
    ],
  },
  'evaluator-optimizer': {
    result: /"letter": "I moved 40 .* lose a booking either\.",\s+"rating": "EXCELLENT",\s+"attempts": 3/,
    killedIn: { agent: 'writer', turn: 3 },
  },
  orchestrator: {
    result: /^The story has grade C; the report is in data\/graded_report\.md\.$/m,
    after: (project) => expect(project.read('data/graded_report.md')).toMatch(/^# Grade: C\n\n- Spelling/),
    killedIn: { agent: 'fact_checker', turn: 1 },
    others: [['GradeReportWorkflow', ['short_story.md', 'iterative'], /The story has grade C/]],
  },
  swarm: {
    result:
      /no seat .* XK71 is refunded\.",\s+"by": \[\s+"triage",\s+"flight_change",\s+"flight_cancel"\s+\],/i,
    killedIn: { agent: 'flight_cancel', turn: 2 },
    others: [
      [
        'AirlineServiceWorkflow',
        ['My bag did not arrive'],
        /bag LX204 is in Lisbon.*"by":\["triage","lost_baggage"\]/,
      ],
    ],
  },
};
