import type { BundleOptions } from '@temporalio/worker';

// webpack is the SDK's dependency, not mcpa's: its types are reached through the SDK's.
export type Configuration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Plugin = Extract<NonNullable<Configuration['plugins']>[number], (...args: never[]) => void>;
export type Compiler = Parameters<Plugin>[0];
export type Compilation = Parameters<Parameters<Compiler['hooks']['compilation']['tap']>[1]>[0];
export type Stats = Parameters<Parameters<Compiler['hooks']['done']['tap']>[1]>[0];
