export interface EngineProgress {
  phase: 'download' | 'build' | 'start';
  message: string;
  seconds: number;
}

export type OnProgress = (event: EngineProgress) => void;

/** Reports now and every few seconds until the returned function is called: a silent wait reads as a hang. */
export function heartbeat(
  phase: EngineProgress['phase'],
  message: (seconds: number) => string,
  onProgress: OnProgress | undefined,
  everyMs = 3000,
): () => void {
  if (!onProgress) return () => {};
  const begun = Date.now();
  const report = () => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    onProgress({ phase, message: message(seconds), seconds });
  };
  report();
  const timer = setInterval(report, everyMs);
  return () => clearInterval(timer);
}
