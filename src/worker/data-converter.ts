import { dirname, join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { type Config, encrypts, PayloadCodec } from '../config/index.js';
import { defaultWorkflowModule } from './bundle/packages.js';

/** What stands between a worker and the engine. A bundle and its worker have the same failure converter. */
export function dataConverter(config: Config): DataConverter {
  return {
    payloadCodecs: [new PayloadCodec(config)],
    ...(encrypts(config) && {
      failureConverterPath: join(dirname(defaultWorkflowModule()), 'failure-converter.js'),
    }),
  };
}
