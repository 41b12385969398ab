/*
 * How each implementation spells the same event. Everything here is a pure function of the switches and what was said.
 */
'use strict';

const cq = require('./cq.js');

const BIG = 80000000000; // added to small ids: beyond 32 bits, well below 2^53

/* A small number as the id that the switches want. */
function idOf(settled, value) {
	if (typeof value !== 'number')
		return value;
	const large = settled.ids.startsWith('big') ? value + BIG : value;
	return settled.ids === 'string' || settled.ids === 'big-string' ? String(large) : large;
}

const selfOf = (settled, text) => (/^\d{1,15}$/.test(text) ? Number(text) : text);

function messageIdOf(settled, n) {
	switch (settled.messageIds) {
	case 'string': return String(n);
	case 'base64': return Buffer.from(`\0\x01\xe2@${String(n).padStart(14, '\xfe')}`, 'latin1').toString('base64');
	case 'text': return `qq.${n}/é+=`;
	case 'negative': return -n;
	case 'big': return BIG * 1000 + n;
	default: return n;
	}
}

/* Segments in the implementation's own types. */
function spelt(settled, segments) {
	return segments.map((segment) => {
		if (segment.type !== 'at' || !segment.data)
			return segment;
		const { qq } = segment.data;
		if (settled.form === 'oicq')
			return { type: 'at', data: { qq: selfOf(settled, String(qq)), text: qq === 'all' ? '@全体成员' : '@政务助手' } };
		return { type: 'at', data: { ...segment.data, qq: String(qq) } };
	});
}

function messageOf(settled, segments) {
	const shown = spelt(settled, segments);
	if (settled.format === 'string')
		return cq.stringOf(shown);
	if (settled.format === 'raw')
		return null;
	return settled.format === 'object' && shown.length === 1 ? shown[0] : shown;
}

function senderOf(settled, user, group) {
	const sender = { user_id: user, nickname: '张三', sex: 'unknown', age: 30 };
	if (group !== undefined)
		Object.assign(sender, { card: '', area: '', level: settled.form === 'oicq' ? 1 : '1', role: 'member', title: '' });
	return sender;
}

/* said: { messageId, group?, user, segments, subType?, anonymous?, time } */
function messageEvent(settled, said) {
	const { messageId, group, user, segments, time } = said;
	const event = {
		time, self_id: selfOf(settled, settled.selfId), post_type: 'message', message_type: group === undefined ? 'private' : 'group',
		sub_type: said.subType ?? (group === undefined ? 'friend' : 'normal'), message_id: messageId,
		...(group === undefined ? {} : { group_id: group }), user_id: user,
		message: messageOf(settled, segments), raw_message: cq.stringOf(spelt(settled, segments)),
		font: settled.form === 'oicq' ? '宋体' : 0, sender: senderOf(settled, user, group),
	};
	if (group !== undefined)
		event.anonymous = said.anonymous ? { id: 1, name: '匿名', flag: 'flag' } : null;
	if (event.anonymous)
		event.sub_type = 'anonymous';
	if (settled.form === 'oicq' && group !== undefined)
		event.group_name = '办事群';
	if (settled.form === 'napcat')
		Object.assign(event, { message_seq: messageId, real_id: messageId, real_seq: '7', message_format: settled.format === 'string' ? 'string' : 'array' });
	if (settled.form === 'go-cqhttp')
		Object.assign(event, { message_seq: 7 });
	return event;
}

function lifecycle(settled, subType, time) {
	return { time, self_id: selfOf(settled, settled.selfId), post_type: 'meta_event', meta_event_type: 'lifecycle', sub_type: subType };
}

function heartbeat(settled, interval, time) {
	return {
		time, self_id: selfOf(settled, settled.selfId), post_type: 'meta_event', meta_event_type: 'heartbeat',
		...(settled.heartbeatStatus ? { status: { online: true, good: true } } : {}), interval,
	};
}

/* What goes between messages and must not be answered. `ask` is what a careless bot would answer. */
function noise(settled, { group, user, segments, time, messageId }) {
	const base = { time, self_id: selfOf(settled, settled.selfId) };
	const where = group === undefined ? 1 : group;
	return [
		{ ...base, post_type: 'notice', notice_type: 'group_increase', sub_type: 'approve', group_id: where, operator_id: user, user_id: user },
		{ ...base, post_type: 'notice', notice_type: 'notify', sub_type: 'poke', group_id: where, user_id: user, target_id: base.self_id },
		{ ...base, post_type: 'request', request_type: 'group', sub_type: 'invite', group_id: where, user_id: user, comment: '', flag: 'f' },
		messageEvent(settled, { messageId, group: where, user, segments, subType: 'notice', time }),
		{ ...base, post_type: 'something_new', message: '?' },
	];
}

/* Frames that no implementation should send. Strings go as text, buffers as binary, or as text that is no UTF-8. */
function malformedFrames(settled) {
	const self = selfOf(settled, settled.selfId);
	const base = { time: 1515204254, self_id: self, post_type: 'message', message_type: 'group', sub_type: 'normal' };
	return [
		'', 'null', '[]', '[[[]]]', '42', '"text"', 'true', '{', '{"post_type"', '{"post_type":"message"', '\u0000', '{}', ' ',
		'{"post_type":null}', '{"post_type":{}}', '{"post_type":"message"}', '{"post_type":"meta_event","meta_event_type":"heartbeat","interval":-1e308}',
		JSON.stringify({ ...base, group_id: null, user_id: null, message_id: null, message: null, raw_message: null }),
		JSON.stringify({ ...base, group_id: 1, user_id: 2, message_id: {}, message: [{ type: 'text', data: null }, null, 7, { type: 5 }, {}] }),
		JSON.stringify({ ...base, group_id: [1], user_id: '2', message_id: 3, message: '[CQ:at,qq=' }),
		JSON.stringify({ ...base, group_id: 1e300, user_id: -0.5, message_id: 1.5, message: '[CQ:][CQ:,=][CQ:at][CQ:at,qq]' }),
		`{"post_type":"message","message_type":"group","group_id":1,"user_id":2,"message_id":99,"message":"\\ud800"}`,
		'{"echo":{"deep":'.concat('['.repeat(5000), ']'.repeat(5000), '}}'), '['.repeat(100000),
		'{"status":"ok","retcode":"zero","echo":[]}', '{"status":"ok","retcode":0,"data":{"message_id":1},"echo":"never asked"}',
		'{"status":"failed","retcode":1400,"data":null}', Buffer.from([0xff, 0xfe, 0x00]), Object.assign(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { asText: true }), Buffer.from('{"post_type":"message"}'), Buffer.alloc(0),
	];
}

module.exports = { idOf, selfOf, messageIdOf, messageEvent, lifecycle, heartbeat, noise, malformedFrames };
