// The observer in a thread of its own, so that nothing which the run itself does (filling a disk,
// writing plans) closes its eyes.
import { parentPort, workerData } from 'node:worker_threads';
import { SiteObserver } from './observer.ts';

const { root } = workerData as { root: string };
const observer = new SiteObserver(root, (flip) => parentPort?.postMessage(flip));
parentPort?.on('message', (message: { instants: number[] } | 'stop') => {
  if (message !== 'stop') return observer.lookCloselyAt(message.instants);
  observer.stop();
  parentPort?.close();
});
observer.start();
