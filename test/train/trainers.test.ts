import { SystemClock } from '../../src/run/system-clock.js';
import { InProcessExecutor } from '../../src/train/in-process-executor.js';
import { WorkerExecutor } from '../../src/train/worker-executor.js';
import { describeTrainer } from '../contract/trainer.js';

describeTrainer('in this process', () => new InProcessExecutor());
describeTrainer('in a worker thread', () => new WorkerExecutor({ size: 1, clock: new SystemClock() }));
