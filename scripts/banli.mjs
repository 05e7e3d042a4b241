#!/usr/bin/env node
// The `banli` command: makes the machine ready if it is not, then runs the built program.
import { setup } from './setup.mjs';

setup();
await import('../dist/src/cli/main.js');
