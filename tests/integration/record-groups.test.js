/*
 * Where others read along, nothing of a record is said: on each platform, in groups and in single chats, which cross the
 * platform's servers. Somebody asks for what their record decides, takes the self-check, and gives an ID number.
 */
'use strict';

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const wecom = require('@wecom/crypto');
const { Server, stopCleanly, until } = require('./harness.js');
const {
	CORP, DINGTALK, FEISHU, KEY, TOKEN, api, appSaid, cdata, dingtalkHeaders, dingtalkSaid, feishuSaid, feishuSealed, feishuSettings, fresh, post, said,
	wecomApp, wecomBot,
} = require('./platforms.js');
const { FULL, chatOf, idOf, importSamples, verdicts } = require('./records.js');
const { Peer } = require('../onebot-peer');

const WHO = '朱错庚'; // whose record decides that a case applies
const OF_RECORD = '获取不到成绩';
const BASE = 'https://faq.example.cn';
const PATH = '/onebot/v11/ws';

let server, cloud, peer;

before(async () => {
	cloud = await api((request) => (/token/.test(request.url) ? [200, { code: 0, tenant_access_token: 't-1', expire: 7200 }]
		: [200, { code: 0, data: { message_id: fresh('om_answer') } }]));
	server = new Server({ knowledge: FULL, settings: {
		onebot: { path: PATH }, wecom_bot: { path: '/wecom/bot', token_file: 'token', key_file: 'key' },
		wecom_app: { path: '/wecom/app', token_file: 'token', key_file: 'key', corp_id: CORP },
		dingtalk: { path: '/hooks/dingtalk', secret_file: 'dingtalk' },
		feishu: { ...feishuSettings(cloud.url).feishu, secret_file: 'feishu', encrypt_key_file: 'feishu.key', token_file: 'feishu.token' },
		groups: { gather_ms: 0, public_url: BASE },
	} });
	const files = { token: TOKEN, key: KEY, dingtalk: DINGTALK, feishu: FEISHU.secret, 'feishu.key': FEISHU.key, 'feishu.token': FEISHU.token };
	for (const [name, text] of Object.entries(files))
		fs.writeFileSync(path.join(server.folder, name), `${text}\n`, { mode: 0o600 });
	importSamples(server);
	await server.start();
	peer = new Peer({ url: `ws://127.0.0.1:${server.port}${PATH}` });
	await peer.connect();
});

after(async () => {
	await peer?.close();
	await stopCleanly(server);
	cloud.close();
});

/* What each platform shows of the answer to a text. Who asks alone is another person: a person may ask 20 questions a minute. */
const platforms = {
	async OneBot(text, group) {
		return (await peer.answerTo(peer.say({ ...(group ? { group: 1, at: true, user: 7 } : { user: 8 }), text }))).text;
	},
	async 'a bot of WeCom'(text, group) {
		return (await wecomBot(server, said(group ? `@答疑 ${text}` : text, group ? {} : { chat: null, person: 'alone' }))).stream.content;
	},
	async DingTalk(text, group) {
		const more = group ? {} : { conversationType: '1', person: 'alone' };
		return JSON.stringify(await (await post(server, '/hooks/dingtalk', dingtalkSaid(text, more), dingtalkHeaders())).json());
	},
	async Feishu(text, group) {
		const id = fresh('om_');
		const { body, headers } = feishuSealed(feishuSaid(text, { id, person: group ? 'ou_7' : 'ou_8', chat: group ? 'group' : 'p2p', at: group && FEISHU.bot }));
		await post(server, '/hooks/feishu', body, headers);
		const to = () => cloud.seen.filter((one) => one.url.includes(`/${id}/reply`));
		await until(() => to().length > 0, `a reply to ${text}`);
		return JSON.stringify(to().map((one) => one.body));
	},
	async 'an application of WeCom'(text) {
		const response = await (await wecomApp(server, appSaid(text))).text();
		return cdata(wecom.decrypt(KEY, cdata(response, 'Encrypt')).message, 'Content');
	},
};

/* What the record alone tells: why the cases of an entry apply to this person, or do not. */
async function toldAlone() {
	const chat = await chatOf(server, WHO);
	const reply = await chat.ask(OF_RECORD);
	await chat.close();
	const decided = reply.answers[0].cases.filter(({ verdict }) => verdict !== 'unknown');
	assert.ok(Object.values(verdicts(reply)).includes('applies'));
	const told = decided.map(({ because }) => because).filter(Boolean);
	assert.ok(told.length > 0);
	return told;
}

test('who asks too much still hears once that an ID number is to be withdrawn', async () => {
	const group = { group: 2, at: true, user: 9 };
	const texts = async (say) => (await say).text;
	let last = '';
	for (let i = 0; i < 40 && !last.includes('太快'); i++)
		last = await texts(peer.answerTo(peer.say({ ...group, text: `照片传不上去${i}` })));
	assert.match(last, /太快/, 'the limit is reached');
	assert.match(await texts(peer.answerTo(peer.say({ ...group, text: idOf(WHO) }))), /撤回[\s\S]*\/p\/[0-9a-f]{32}/);
	const before = await server.metric('dayi_channel_silent_total{channel="onebot",reason="over_limit"}');
	peer.say({ ...group, text: idOf(WHO) });
	await until(async () => await server.metric('dayi_channel_silent_total{channel="onebot",reason="over_limit"}') > before, 'a second one is held');
});

describe('nothing of a record is said where others read along', () => {
	const spoken = [];
	let links = 0;

	for (const [name, say] of Object.entries(platforms))
		for (const group of name === 'an application of WeCom' ? [false] : [true, false])
			test(`${name}, ${group ? 'in a group' : 'in a single chat'}`, async () => {
				const first = await say(OF_RECORD, group);
				spoken.push(first);
				const [, where] = /https:\/\/faq\.example\.cn(\/p\/[0-9a-f]{32})/.exec(first);
				const use = () => server.fetch(where, { method: 'POST', redirect: 'manual' });
				assert.equal((await server.fetch(where)).status, 200, 'looking does not use it up');
				const used = await use();
				assert.equal(used.status, 303);
				assert.equal(decodeURIComponent(used.headers.get('location')), `../?q=${OF_RECORD}`);
				assert.equal((await use()).status, 404);
				links++;
				for (const text of ['自查', '1', '1', '跳过', '情形1', `我是${WHO}，我的成绩查到了吗`, '转人工'])
					spoken.push(await say(text, group));
				for (const text of [idOf(WHO), `身份证${idOf(WHO)}，${OF_RECORD}`]) {
					const warned = await say(text, group);
					assert.match(warned, /撤回/);
					assert.match(warned, /\/p\/[0-9a-f]{32}/);
					spoken.push(warned);
				}
				spoken.push(await say(OF_RECORD, group));
			});

	test('no record was looked up, and none of what it tells was said', async () => {
		assert.equal(links, 9);
		assert.equal(await server.metric('dayi_record_lookups_total'), 0);
		const told = await toldAlone();
		assert.equal(await server.metric('dayi_record_lookups_total'), 1);
		for (const text of spoken)
			for (const secret of [...told, idOf(WHO), WHO])
				assert.ok(!text.includes(secret), `${secret} stands in ${text}`);
	});
});
