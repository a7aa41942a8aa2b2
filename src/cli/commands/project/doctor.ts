import type { Config } from '../../../config/index.js';
import { type Finding, surroundings } from '../../doctor/checks.js';
import { errorObject } from '../../render/error.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { masked, outputMode, printJson, printResult } from '../../terminal.js';

export interface DoctorFlags extends GlobalFlags {
  fix?: boolean;
}

/** What is wrong and how to mend it; status 3 when something must be mended before a run. */
export async function doctorCommand(flags: DoctorFlags): Promise<void> {
  const mode = outputMode();
  const findings: Finding[] = [];
  const config = await loadConfigFinding(flags, findings);
  if (config) findings.push(...(await surroundings(config, flags.fix)));
  const bad = findings.filter((finding) => finding.state === 'bad');
  if (mode.json) printJson(masked({ ok: bad.length === 0, checks: findings }));
  else
    printResult(
      findings
        .map((finding) => line(masked(finding), mode.color && process.stdout.isTTY === true))
        .join('\n'),
    );
  if (bad.length > 0) process.exitCode = 3;
}

async function loadConfigFinding(flags: GlobalFlags, findings: Finding[]): Promise<Config | undefined> {
  try {
    const { config } = await loadSettings(flags);
    const found = config.files.length > 0;
    findings.push({
      check: 'config',
      state: found ? 'good' : 'note',
      message: found ? config.files.join(', ') : 'no config file from here upward',
      ...(!found && { fix: 'mcpa init' }),
    });
    if (config.execution_engine !== 'temporal') {
      const fix = 'set execution_engine: temporal to run here';
      findings.push({
        check: 'config',
        state: 'bad',
        message: `execution_engine is ${config.execution_engine}`,
        fix,
      });
    }
    return config;
  } catch (error) {
    const { error: shape } = errorObject(error) as { error: { message: string; hint?: string } };
    findings.push({
      check: 'config',
      state: 'bad',
      message: shape.message,
      ...(shape.hint && { fix: shape.hint }),
    });
    return undefined;
  }
}

function line({ check, state, message, fix }: Finding, color: boolean): string {
  const ink = paint(color);
  const mark = { good: ink.green('✓'), bad: ink.red('✗'), note: ink.yellow('!') }[state];
  return `${mark} ${check.padEnd(10)} ${message}${fix ? `\n             fix: ${fix}` : ''}`;
}
