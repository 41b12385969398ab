/*
 * Many groups at once: each asks its questions in order, with chatter between them that is not meant for the bot,
 * while the peer reconnects. What is counted:
 *
 *   lost        questions without an answer
 *   doubled     questions with more than one
 *   unasked     messages of the bot that answer no question
 *   disordered  groups in which two answers changed places
 *
 * An answer is matched by the message that it quotes, so the bot must quote.
 */
'use strict';

const { pause } = require('./peer.js');

const VISIT = 50; // times 20 ms at one address, while answers are waited for

/*
 * `peers` share the groups: group g is at peers[g % peers.length]; with `mirror` the others get the same events, as
 * from an implementation that is connected to several replicas of a bot. `text(g, n)` is the question, `apart` ms
 * between two rounds, `how` what renew() takes; with `addresses` each reconnect goes to the next of them, and so it
 * goes on until all is answered, since an answer may wait at a replica for the peer to come back. The first `repeat`
 * groups get every event twice. No more than `most` questions are without an answer at a time. Ends when all is
 * answered, and `within` ms after the last question at most; `settle` is how long more answers are listened for.
 */
async function load(peers, { groups, messages, reconnects = 0, text, chatter = 1, apart = 0, how, repeat = 0, mirror = false, addresses, most = Infinity, within = 60000, settle = 500 }) {
	const asked = new Map(); // message id -> { group, n }
	const answers = new Map(); // message id -> how many
	const order = new Map(); // group -> [n]
	let unasked = 0;
	const hear = (said) => {
		const of = asked.get(String(said.quotes));
		if (!of) {
			unasked++;
			return;
		}
		answers.set(String(said.quotes), (answers.get(String(said.quotes)) ?? 0) + 1);
		order.get(of.group).push(of.n);
	};
	peers.forEach((peer) => peer.on('said', hear));
	let turn = 0;
	const renew = () => {
		if (addresses)
			peers.forEach((peer) => peer.set({ url: addresses[(turn + 1) % addresses.length] }));
		turn++;
		return Promise.all(peers.map((peer) => peer.renew(how)));
	};
	const each = reconnects ? Math.max(1, Math.floor(messages / reconnects)) : Infinity;
	let renewed = 0;
	for (let n = 0; n < messages; n++) {
		for (let g = 0; g < groups; g++) {
			const peer = peers[g % peers.length];
			for (let i = 0; asked.size - answers.size >= most && i < within / 5; i++)
				await pause(5);
			for (let i = 0; i < chatter; i++)
				peer.say({ group: g + 1, user: 5000 + i, text: text(g, n) });
			const said = peer.say({ group: g + 1, user: 100000 + g * 1000 + n, at: true, text: text(g, n) });
			if (!said.sent)
				throw new Error('the peer has no connection');
			asked.set(String(said.id), { group: g, n });
			if (n === 0)
				order.set(g, []);
			if (n > 0 && g < repeat)
				peer.again(said);
			if (mirror)
				peers.filter((other) => other !== peer).forEach((other) => other.again(said));
		}
		if ((n + 1) % each === 0 && renewed < reconnects) {
			await renew();
			renewed++;
		}
		if (apart)
			await pause(apart);
	}
	const end = Date.now() + within;
	for (let i = 1; answers.size < asked.size && Date.now() < end; i++) {
		await pause(20);
		if (addresses && i % VISIT === 0)
			await renew();
	}
	await pause(settle);
	peers.forEach((peer) => peer.off('said', hear));
	const sorted = (list) => list.every((n, i) => i === 0 || list[i - 1] <= n);
	return {
		asked: asked.size, answered: answers.size, lost: asked.size - answers.size, renewed,
		doubled: [...answers.values()].filter((n) => n > 1).length, unasked,
		disordered: [...order.values()].filter((list) => !sorted(list)).length,
	};
}

module.exports = { load };
