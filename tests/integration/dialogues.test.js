/*
 * Plays the conversations of tests/questions/dialogues.jsonl against the shipped knowledge. They
 * were written, with what is expected, before the program was asked. Of `expect`, all optional:
 *   outcome   the reply's outcome is one of them
 *   numbers   of each list at least one entry of that number is among answers or choices
 *   not       numbers of entries that must not be among the answers
 *   case      one of these cases is named, or applies
 *   applies   one of these cases applies
 *   said      what the last answered question of the self-check was answered with
 *   question  the number of the question that is asked next is one of these; 0: none
 *   says, never   what the text must, and must not, contain
 * A conversation with `todo` is played, and its failure does not count.
 */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, ROOT, stopCleanly } = require('./harness.js');

const DIALOGUES = fs.readFileSync(path.join(ROOT, 'tests/questions/dialogues.jsonl'), 'utf8')
	.trim().split('\n').map((line) => JSON.parse(line));

let server;
before(async () => { server = await Server.start({ knowledge: path.join(ROOT, 'knowledge') }); });
after(() => stopCleanly(server));

const digits = (text) => (text || '').replace(/\D/g, '');

function check(reply, expect) {
	const answered = reply.answers.map((answer) => answer.number);
	const there = [...answered, ...reply.choices.map((choice) => choice.number)];
	const applies = reply.answers.flatMap((answer) => answer.cases)
		.filter((one) => one.verdict === 'applies').map((one) => digits(one.id));
	const named = [...applies, ...reply.answers.map((answer) => digits(answer.case))];
	const holds = (found, wanted, what) => assert.ok(found.some((one) => wanted.includes(one)),
		`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}: ${reply.text}`);
	if (expect.outcome)
		holds([reply.outcome], expect.outcome, 'outcome');
	for (const group of expect.numbers || [])
		holds(there, group, 'entries');
	for (const number of expect.not || [])
		assert.ok(!answered.includes(number), `${number} is answered`);
	if (expect.case)
		holds(named, expect.case, 'cases');
	if (expect.applies)
		holds(applies, expect.applies, 'cases that apply');
	if (expect.said)
		holds(reply.answers.flatMap((answer) => answer.said).map((one) => one.answer), [expect.said], 'said');
	if (expect.question)
		holds([(reply.next && reply.next.number) || 0], expect.question, 'question');
	if (expect.says)
		assert.match(reply.text, new RegExp(expect.says));
	if (expect.never)
		assert.doesNotMatch(reply.text, new RegExp(expect.never));
}

for (const dialogue of DIALOGUES)
	test(`conversation: ${dialogue.name}`, { todo: dialogue.todo }, async () => {
		let session;
		for (const turn of dialogue.turns) {
			const reply = await (await server.ask({ text: turn.say, session })).json();
			session = reply.session;
			try {
				check(reply, turn.expect);
			} catch (error) {
				error.message = `"${turn.say}": ${error.message}`;
				throw error;
			}
		}
	});
