/* Entries from a file into drafts, after a look at what it was read as; and what is live as a file. */

import { useState } from 'preact/hooks';
import type { Imported, Listed } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { Changes } from './Diff';
import type { Editor } from './use-editor';

type Row = Imported['entries'][number];

/* The other question that it is the same as: of the file by its line, of what is live by its name. */
function sameWords({ same_as, same_in_file }: Row, rows: Row[], entries: Listed[]): string {
	const other = rows.find(({ entry }) => entry === same_as);
	const live = entries.find(({ entry }) => entry === same_as);
	return AUTHORING.importSame(same_in_file && other?.line ? AUTHORING.importLine(other.line) : AUTHORING.importSameLive(live ? AUTHORING.number(live.number) || `“${live.question}”` : `“${same_as ?? ''}”`));
}

function Found({ row, rows, entries }: { row: Row; rows: Row[]; entries: Listed[] }) {
	const notes = [row.line !== null && AUTHORING.importLine(row.line), row.same_as !== null && sameWords(row, rows, entries), row.draft && AUTHORING.importDraft].filter(Boolean);
	return (
		<tr>
			<td>{AUTHORING.importChange[row.change]}</td>
			<th scope="row">
				{row.question}
				{notes.length > 0 && <span class="of"> {notes.join('；')}</span>}
				{row.answer && <p class="hint">{row.answer.slice(0, 200)}</p>}
				{row.changes.length > 0 && <details><summary>{AUTHORING.whatChanged}</summary><Changes changes={row.changes} /></details>}
			</th>
		</tr>
	);
}

function Outcome({ read, entries }: { read: Imported; entries: Listed[] }) {
	const rows = read.entries.filter(({ change }) => change !== 'same');
	return (
		<>
			{!read.readable && <p class="notice">{AUTHORING.importUnreadable}</p>}
			{read.readable && <p>{AUTHORING.importCounts(read.counts)}</p>}
			{read.faults.length > 0 && (
				<section>
					<h3>{AUTHORING.faultsTitle}</h3>
					<ul class="faults">{read.faults.map((fault, index) => <li key={index} class={fault.level}>{fault.line !== null && <b>{AUTHORING.importLine(fault.line)}：</b>}{fault.text}</li>)}</ul>
				</section>
			)}
			{read.outline && <details><summary>{AUTHORING.importOutline}</summary><pre class="code" tabIndex={0}>{read.outline}</pre></details>}
			{rows.length > 0 && <table class="table"><tbody>{rows.map((row) => <Found key={`${row.entry} ${row.line ?? ''}`} row={row} rows={read.entries} entries={entries} />)}</tbody></table>}
			{read.more > 0 && <p class="hint">{AUTHORING.importMore(read.more)}</p>}
		</>
	);
}

export function Files({ editor }: { editor: Editor }) {
	const { api, mayEdit, say, fail } = editor;
	const [file, setFile] = useState<File | null>(null);
	const [read, setRead] = useState<Imported | null>(null);
	const [busy, setBusy] = useState(false);
	const count = read ? read.counts.new + read.counts.changed - read.counts.drafts : 0;

	async function doing(what: () => Promise<void>) {
		setBusy(true);
		try {
			await what();
		} catch (error) {
			fail(error);
		} finally {
			setBusy(false);
		}
	}

	function choose(chosen: File | undefined) {
		setRead(null);
		setFile(chosen ?? null);
		if (!chosen)
			return;
		say(AUTHORING.importReading);
		void doing(async () => {
			setRead(await api.readFile(chosen));
			say('');
		});
	}

	function take() {
		if (!file || !read)
			return;
		void doing(async () => {
			const taken = await api.takeFile(file, read.live);
			setRead(null);
			setFile(null);
			await editor.look();
			say(AUTHORING.importTaken(taken.taken));
		});
	}

	return (
		<section aria-labelledby="files-title">
			<h2 id="files-title">{AUTHORING.desks.files}</h2>
			<h3>{AUTHORING.exportTitle}</h3>
			<p class="hint">{AUTHORING.exportHint}</p>
			<p class="options">{AUTHORING.exports.map(([format, name]) => <a key={format} class="button" href={`api/v1/authoring/export?format=${format}`} download={`dayi.${format === 'text' ? 'txt' : format}`}>{name}</a>)}</p>
			{mayEdit && (
				<>
					<h3>{AUTHORING.importTitle}</h3>
					<p class="hint" id="import-hint">{AUTHORING.importHint}</p>
					<label for="import-file">{AUTHORING.importFile}</label>{' '}
					<input id="import-file" type="file" aria-describedby="import-hint" disabled={busy} accept=".txt,.csv,.json,.jsonl,.yaml,.yml,.xlsx,.docx"
						onChange={(event) => { choose(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} />
					{read && (
						<>
							<h3>{file?.name}</h3>
							{read.readable && (count > 0 ? <p><button type="button" class="button primary" disabled={busy} onClick={take}>{AUTHORING.importTake(count)}</button></p> : <p class="hint">{AUTHORING.importNothing}</p>)}
							<Outcome read={read} entries={editor.entries} />
						</>
					)}
				</>
			)}
		</section>
	);
}
