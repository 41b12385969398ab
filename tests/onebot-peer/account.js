/*
 * The account that the peer plays: what an action does, and what it is answered with. Knows no connection.
 *
 * act() gives { body, after, http }: the answer (null: none at all), ms until it, and the status over HTTP. What a
 * bot sends is told to `onSaid`, whether or not it is delivered; `delivered` says which.
 */
'use strict';

const cq = require('./cq.js');
const forms = require('./forms.js');

const SENDS = new Set(['send_msg', 'send_private_msg', 'send_group_msg']);
const SLOWLY_MS = 500; // between two actions of _rate_limited

const isId = (value) => (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value !== '');
const asFlag = (value) => value === true || value === 'true' || value === 'yes' || value === 1 || value === '1';

/* Ids are never used twice, also by peers of a later run: a bot remembers them. Below 2^31, as the specification wants. */
let lastId = 0;

class Account {
	#settled;
	#onSaid;
	#turn = 0; // in settled.sends
	#slowly = 0; // how many of _rate_limited wait
	messages = new Map(); // id as text -> { id, segments, mine, group, user, time }

	constructor(settled, onSaid) {
		this.#settled = settled;
		this.#onSaid = onSaid;
	}

	newId() {
		lastId = Math.max(lastId + 1, Date.now() % 2 ** 31);
		return forms.messageIdOf(this.#settled, lastId);
	}

	keep(message) {
		this.messages.set(String(message.id), message);
	}

	#answer(retcode, data, message) {
		const status = retcode === 0 ? 'ok' : retcode === 1 ? 'async' : 'failed';
		const words = message && this.#settled.form !== 'spec' ? { msg: message, message, wording: message } : {};
		return { status, retcode, data, ...words };
	}

	act(action, params) {
		const plain = String(action).replace(/_(async|rate_limited)$/, '');
		const done = this.#do(plain, params ?? {});
		const s = this.#settled;
		if (plain !== action && done.body) {
			const slowly = String(action).endsWith('_rate_limited');
			if (slowly)
				this.#slowly++;
			return { body: this.#answer(1, null), after: slowly ? this.#slowly * SLOWLY_MS * s.scale : 0, http: 200 };
		}
		const after = (done.after ?? 0) + s.delay * s.scale;
		return { body: s.halfDead ? null : done.body, after, http: done.http ?? 200 };
	}

	#do(action, params) {
		const s = this.#settled;
		if (typeof params !== 'object' || Array.isArray(params))
			return { body: this.#answer(1400, null, 'params must be an object'), http: 400 };
		if (SENDS.has(action))
			return this.#send(action, params);
		if (action === '.handle_quick_operation')
			return this.#quick(params);
		const data = this.#read(action, params);
		if (data === undefined)
			return { body: this.#answer(s.retcodeUnknown, null, 'unknown action'), http: 404 };
		return { body: data === null ? this.#answer(s.retcodeFailed, null, 'not found') : this.#answer(0, data) };
	}

	/* What is only looked up: undefined where there is no such action, null where there is no such thing. */
	#read(action, params) {
		const s = this.#settled;
		const self = forms.selfOf(s, s.selfId);
		const person = (id) => ({ user_id: id, nickname: '张三', sex: 'unknown', age: 30 });
		const member = (id) => ({ ...person(id), group_id: params.group_id, card: '', role: 'member', title: '', join_time: 1, last_sent_time: 1, level: '1' });
		const group = (id) => ({ group_id: id, group_name: '办事群', member_count: 3, max_member_count: 200 });
		const kept = this.messages.get(String(params.message_id));
		switch (action) {
		case 'get_login_info': return { user_id: self, nickname: '政务助手' };
		case 'get_status': return { online: true, good: true };
		case 'get_version_info': return { app_name: `onebot-peer (${s.form})`, app_version: '1.0.0', protocol_version: 'v11' };
		case 'get_stranger_info': return person(params.user_id);
		case 'get_friend_list': return [{ ...person(forms.idOf(s, 2)), remark: '' }];
		case 'get_group_info': return group(params.group_id);
		case 'get_group_list': return [group(forms.idOf(s, 1))];
		case 'get_group_member_info': return member(params.user_id);
		case 'get_group_member_list': return [member(forms.idOf(s, 2)), member(self)];
		case 'can_send_image': case 'can_send_record': return { yes: true };
		case 'delete_msg': return kept ? (this.messages.delete(String(params.message_id)), {}) : null;
		case 'get_msg': return kept ? {
			time: kept.time, message_type: kept.group === undefined ? 'private' : 'group', message_id: kept.id, real_id: kept.id,
			sender: person(kept.mine ? self : kept.user), message: kept.segments,
		} : null;
		default: return undefined;
		}
	}

	#send(action, params) {
		const inGroup = action === 'send_group_msg' || (action === 'send_msg' &&
			(params.message_type === 'group' || (params.message_type === undefined && params.group_id !== undefined)));
		const target = inGroup ? params.group_id : params.user_id;
		let segments;
		try {
			segments = cq.read(params.message, asFlag(params.auto_escape));
		} catch (error) {
			return { body: this.#answer(1400, null, error.message), http: 400 };
		}
		if (!isId(target) || segments.length === 0)
			return { body: this.#answer(1400, null, 'whom, and what?'), http: 400 };
		return this.say({ action, group: inGroup ? target : undefined, user: inGroup ? undefined : target, segments, raw: params });
	}

	/* `at` is the person who is spoken to, put in front as the quick operation wants it. */
	#quick({ context, operation }) {
		if (operation?.reply === undefined)
			return { body: this.#answer(0, null) };
		let segments;
		try {
			segments = cq.read(operation.reply, asFlag(operation.auto_escape));
		} catch (error) {
			return { body: this.#answer(1400, null, error.message), http: 400 };
		}
		const inGroup = context?.message_type === 'group';
		if (inGroup && (operation.at_sender === undefined || asFlag(operation.at_sender)))
			segments = [{ type: 'at', data: { qq: String(context.user_id) } }, { type: 'text', data: { text: ' ' } }, ...segments];
		return this.say({ action: '.handle_quick_operation', group: inGroup ? context.group_id : undefined,
			user: inGroup ? undefined : context?.user_id, segments, raw: { context, operation } });
	}

	/* One message of the bot, with the outcome whose turn it is. */
	say({ action, group, user, segments, raw }) {
		const s = this.#settled;
		const outcome = s.halfDead ? 'silent' : s.sends[this.#turn++ % s.sends.length];
		const delivered = ['ok', 'async', '1200', 'silent'].includes(outcome);
		const id = this.newId();
		const time = Math.floor(Date.now() / 1000);
		const of = (type, key) => segments.filter((one) => one.type === type).map((one) => one.data?.[key]);
		if (delivered)
			this.keep({ id, segments, mine: true, group, user, time });
		this.#onSaid({ id, action, group, user, segments, raw, outcome, delivered, time,
			text: cq.textOf(segments).trim(), ats: of('at', 'qq').map(String), quotes: of('reply', 'id')[0] });
		const failed = this.#answer(s.retcodeFailed === 1200 ? 200 : s.retcodeFailed, null, 'SEND_MSG_API_ERROR');
		switch (outcome) {
		case 'ok': return { body: this.#answer(0, { message_id: id }) };
		case 'async': return { body: this.#answer(1, null) };
		case '1200': case '1200-lost':
			return { body: this.#answer(1200, null, 'Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg') };
		case 'failed': return { body: failed };
		case 'risk': return { body: failed, after: s.riskMs * s.scale };
		default: return { body: null };
		}
	}
}

module.exports = { Account, SENDS };
