/* `dayi check` tells what somebody should look at again. */
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { EXIT, dayi, temporary } = require('./dayi');

test('an entry whose day has passed is told with its owner, one whose day is to come is not', (t) => {
	const folder = temporary(t);
	fs.mkdirSync(path.join(folder, 'faq'));
	fs.writeFileSync(path.join(folder, 'faq/entries.jsonl'), [
		{ id: 'a', question: '月卡怎么办？', answer: '到窗口。', owner: '登记科', review_by: '2020-02-29' },
		{ id: 'b', question: '几点开门？', answer: '八点。', review_by: '2020-03-01' },
		{ id: 'c', question: '周末开吗？', answer: '开。', review_by: '9999-12-31' },
	].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
	const run = dayi(['check', folder]);
	assert.equal(run.code, EXIT.done, 'these are warnings');
	const told = run.err.split('\n').filter((line) => line.includes('review_by'));
	assert.equal(told.length, 2);
	assert.match(told[0], /entries\.jsonl:1: warning: review_by: 2020-02-29 has passed, \d+ days ago; 登记科 is to look at it again/);
	assert.match(told[1], /entries\.jsonl:2: warning: review_by: 2020-03-01 has passed, \d+ days ago; nobody is to look at it again/);
});
