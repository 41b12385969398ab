/* script/bench-page: prints the page's figures, and fails where one misses what it must reach. */

import { createRequire } from 'node:module';
import { benchLighthouse } from './lighthouse.mjs';

const { benchFirstAnswer } = createRequire(import.meta.url)('./first_answer.js');

const FIRST_ANSWER_MOST_MS = 1000;

const misses = [];
if (!await benchLighthouse(3))
	misses.push('a score of Lighthouse');
if (await benchFirstAnswer(10) > FIRST_ANSWER_MOST_MS)
	misses.push(`the first answer, ${FIRST_ANSWER_MOST_MS} ms at most`);
misses.forEach((what) => console.error(`missed: ${what}`));
process.exitCode = misses.length ? 1 : 0;
