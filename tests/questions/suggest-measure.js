'use strict';
/*
 * suggest-measure.js FAQ CONTRAST [COUNT [SEED [EACH]]]: what `dayi suggest` is worth on a bare document. FAQ is
 * a numbered document, imported without any alternate; a journal of COUNT made-up questions is kept
 * over it (journal.js); every proposal is accepted; own.jsonl and CONTRAST are asked before and after.
 * Prints how many are helped and how many get a wrong answer.
 *
 * DAYI_BIN names the program.
 */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { keepJournal } = require('./journal.js');

function run(args, input = '') {
	const done = spawnSync(path.resolve(process.env.DAYI_BIN), args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
	if (done.status !== 0)
		throw new Error(`dayi ${args.join(' ')}: ${done.stderr}`);
	return done.stdout;
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

function score(knowledge, questions) {
	const replies = lines(run(['ask', '--batch', '--today', '2026-11-29', '--knowledge', knowledge], questions.map((one) => JSON.stringify(one)).join('\n')));
	const sum = { inScope: 0, helped: 0, direct: 0, wrong: 0 };
	questions.forEach((question, i) => {
		const answers = replies[i].answers.map((one) => String(one.number));
		const given = answers.concat(replies[i].choices.map((one) => String(one.number)));
		const among = (list) => (question.kind === 'multi' ? question.expect.every((one) => list.includes(one)) : question.expect.some((one) => list.includes(one)));
		if (question.expect.length > 0) {
			sum.inScope++;
			sum.helped += among(given);
			sum.direct += question.expect.some((one) => answers.includes(one));
		}
		sum.wrong += answers.length > 0 && !question.expect.some((one) => answers.includes(one));
	});
	return sum;
}

async function measure(faq, contrast, count, seed, each) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-suggest-'));
	try {
		const [bare, journal, proposals] = ['bare', 'journal.db', 'proposals.jsonl'].map((name) => path.join(folder, name));
		const questions = [path.join(__dirname, 'own.jsonl'), contrast].flatMap((file) => lines(fs.readFileSync(file, 'utf8')));
		run(['import', '--format', 'text', '--out', bare, faq]);
		await keepJournal(bare, journal, count, seed);
		const before = score(bare, questions);
		run(['suggest', '--journal', journal, '--each', each, '--out', proposals, bare]);
		const accepted = lines(fs.readFileSync(proposals, 'utf8')).length;
		if (accepted > 0)
			run(['suggest', '--accept', proposals, bare]);
		return { questions: questions.length, accepted, before, after: score(bare, questions) };
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
}

measure(process.argv[2], process.argv[3], Number(process.argv[4] || 2000), Number(process.argv[5] || 1), process.argv[6] || '4')
	.then((result) => console.log(JSON.stringify(result)))
	.catch((error) => { console.error(error); process.exitCode = 1; });
