'use strict';
/*
 * journal.js KNOWLEDGE FILE [COUNT [SEED]]: a journal as if people had asked a server over that
 * folder what traffic.js makes up. Who is offered a list takes what he means from it, where it is
 * there; else he says 都不是, every other time. Nobody else says what he meant.
 *
 * DAYI_BIN names the program.
 */
const path = require('node:path');
const { Server, pause } = require('../integration/harness.js');
const { random, traffic } = require('./traffic.js');

async function say(server, text, session) {
	const response = await fetch(`${server.url}/api/v1/ask`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(session ? { text, session } : { text }),
	});
	return response.json();
}

/* Writes the journal to `file`. Entries are meant by the numbers of the FAQ. */
async function keepJournal(knowledge, file, count, seed = 1) {
	const chance = random(seed + 1000);
	const server = await Server.start({ knowledge, settings: { journal: { file: path.resolve(file) } } });
	try {
		for (const { q, expect } of traffic(count, seed)) {
			const reply = await say(server, q);
			if (reply.outcome !== 'choose')
				continue;
			/* A choice is a later turn by the journal's milliseconds. */
			await pause(2);
			const meant = reply.choices.find((one) => String(one.number) === expect);
			if (meant || chance() < 0.5)
				await say(server, meant ? meant.question : '都不是', reply.session);
		}
	} finally {
		await server.stop();
	}
}

module.exports = { keepJournal };

if (require.main === module)
	keepJournal(process.argv[2], process.argv[3], Number(process.argv[4] || 2000), Number(process.argv[5] || 1))
		.catch((error) => { console.error(error); process.exitCode = 1; });
