type Sdk = typeof import('@temporalio/worker');

/** A replay that differs is this module's result: the SDK's own report of it, a page, is for nobody. */
export function installQuietRuntime(sdk: Sdk): void {
  try {
    sdk.Runtime.install({
      shutdownSignals: [],
      logger: new sdk.DefaultLogger('ERROR', () => undefined),
      telemetryOptions: {
        logging: { filter: sdk.makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      },
    });
  } catch {
    // This process has one already, which is its owner's to choose.
  }
}
