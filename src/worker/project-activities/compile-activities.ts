import { dirname, join } from 'node:path';
import type { Dependencies } from '../bundle/cache/manifest.js';
import { fromWorker } from '../bundle/packages.js';
import { EXTENSION_ALIAS, EXTENSIONS } from '../bundle/source/discover.js';
import { parserOptions } from '../bundle/source/parse-source.js';
import { resourceOf } from '../bundle/webpack/import-guard.js';
import type { Compilation, Compiler, Configuration, Stats } from '../bundle/webpack/types.js';
import { VirtualFiles } from '../bundle/webpack/virtual-files.js';
import { buildError } from './build-error.js';
import { external } from './externals.js';

interface Webpack {
  (config: Configuration): Compiler;
  DefinePlugin: {
    new (values: object): NonNullable<Configuration['plugins']>[number];
    runtimeValue(value: (at: { module: object }) => string): object;
  };
}

const OUTPUT = 'activities.mjs';

/** The files and what they import of the project as one module for Node; packages are imported when it runs. */
export async function compileActivities(
  projectDir: string,
  files: string[],
): Promise<Dependencies & { code: string }> {
  const { require, resolve } = fromWorker();
  const webpack = require('webpack') as Webpack;
  const entry = join(projectDir, '.mcpa-activities.mjs');
  const text = files.map((file, i) => `export * as file${i} from ${JSON.stringify(file)};\n`).join('');
  const compiler = webpack({
    ...configuration(projectDir, entry, resolve('swc-loader')),
    plugins: [new VirtualFiles(new Map([[entry, text]])), new webpack.DefinePlugin(placesIn(webpack))],
  } as Configuration);
  let code: string | undefined;
  // Whoever asked writes it.
  compiler.hooks.shouldEmit.tap('mcpa', (compilation: Compilation) => {
    code = compilation.getAsset(OUTPUT)?.source.source().toString();
    return false;
  });
  const stats = await new Promise<Stats>((done, fail) =>
    compiler.run((error, stats) => (stats === undefined ? fail(error) : done(stats))),
  );
  await new Promise<void>((done) => compiler.close(() => done()));
  const { compilation } = stats;
  const problem = buildError(compilation, projectDir);
  if (problem !== undefined) throw problem;
  return {
    code: code ?? '',
    files: [...compilation.fileDependencies].filter((file) => file !== entry),
    missing: [...compilation.missingDependencies],
    folders: [...compilation.contextDependencies],
  };
}

/** A file's own place is where its source is, in whatever way it asks; webpack itself knows `import.meta.url`. */
function placesIn({ DefinePlugin }: Webpack): object {
  const file = (module: object) => resourceOf(module) ?? '';
  const name = DefinePlugin.runtimeValue(({ module }) => JSON.stringify(file(module)));
  const folder = DefinePlugin.runtimeValue(({ module }) => JSON.stringify(dirname(file(module))));
  return {
    __filename: name,
    __dirname: folder,
    'import.meta.filename': name,
    'import.meta.dirname': folder,
  };
}

function configuration(projectDir: string, entry: string, swcLoader: string): object {
  return {
    mode: 'development',
    // Stacks name the project's own lines.
    devtool: 'inline-source-map',
    target: 'node20',
    context: projectDir,
    entry: { activities: entry },
    experiments: { outputModule: true },
    output: {
      path: projectDir,
      filename: OUTPUT,
      module: true,
      library: { type: 'module' },
      asyncChunks: false,
      devtoolModuleFilenameTemplate: '[absolute-resource-path]',
    },
    externals: [external],
    externalsPresets: { node: false },
    node: false,
    // NODE_ENV is the worker's, not the build's.
    optimization: { nodeEnv: false, minimize: false },
    performance: false,
    resolve: { extensions: EXTENSIONS, extensionAlias: EXTENSION_ALIAS },
    module: {
      // `new URL('./data.json', import.meta.url)` is the file beside the source, which stays where it is.
      parser: { javascript: { url: false } },
      rules: [
        {
          test: /\.[mc]?[jt]sx?$/,
          exclude: /[\\/]node_modules[\\/]/,
          type: 'javascript/auto',
          resolve: { fullySpecified: false },
          use: ({ resource }: { resource: string }) => ({
            loader: swcLoader,
            options: {
              sourceMap: true,
              swcrc: false,
              configFile: false,
              isModule: 'unknown',
              jsc: { target: 'es2022', parser: parserOptions(resource) },
            },
          }),
        },
      ],
    },
  };
}
