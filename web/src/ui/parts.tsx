/* Small parts that others are made of. Text only ever enters the page as text. */

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { contactHref, pieces } from '../links';
import type { Contact } from '../protocol';
import { asksForComputer } from '../reading';
import { isTelephone } from '../viewport';
import { OFFICE_LANGUAGE, usePage } from './page';

export function Link({ href, text }: { href: string; text: string }) {
	return /^http/.test(href)
		? <a href={href} target="_blank" rel="noopener noreferrer">{text}</a>
		: <a href={href}>{text}</a>;
}

export function Linked({ text }: { text: string }) {
	return <>{pieces(text).map(({ text: words, href }) => (href ? <Link href={href} text={words} /> : words))}</>;
}

/* What the office wrote; a title before it is the page's own. */
export function OfficeWords({ text, title }: { text: string; title?: string }) {
	return (
		<p class="words">
			{title && <b>{title}</b>}
			<span lang={OFFICE_LANGUAGE}><Linked text={text} /></span>
		</p>
	);
}

function ContactItem({ contact }: { contact: Contact }) {
	const href = contactHref(contact);
	return <li>{contact.label} {href ? <Link href={href} text={contact.value} /> : <Linked text={contact.value} />}</li>;
}

export function ContactList({ contacts }: { contacts: Contact[] }) {
	return contacts.length === 0 ? null : (
		<ul lang={OFFICE_LANGUAGE}>{contacts.map((contact) => <ContactItem key={contact.value} contact={contact} />)}</ul>
	);
}

interface ChoicesProps {
	labels: string[];
	taken?: string | undefined;
	labelledBy?: string;
	say(label: string): void;
	children?: ComponentChildren;
}

/* Buttons that say their label for the person; the one that was tapped stays marked. */
export function Choices({ labels, taken, labelledBy, say, children }: ChoicesProps) {
	const { paused } = usePage();
	return (
		<ul class="choices" aria-labelledby={labelledBy}>
			{labels.map((label) => (
				<li key={label}>
					<button type="button" class={label === taken ? 'choice taken' : 'choice'} disabled={paused}
						lang={OFFICE_LANGUAGE} onClick={() => say(label)}>{label}</button>
				</li>
			))}
			{children}
		</ul>
	);
}

/* What asks for Internet Explorer is read on a telephone, where nobody can install it. */
export function UseComputer({ texts }: { texts: (string | null | undefined)[] }) {
	const { words } = usePage();
	return isTelephone() && texts.some(asksForComputer) ? <p class="notice computer">{words.useComputer}</p> : null;
}

interface FoldProps {
	show: string;
	hide: string;
	about?: string; // which of several folds it is
	children: ComponentChildren;
}

/* IE11 has no <details>; on paper everything is unfolded. */
export function Fold({ show, hide, about, children }: FoldProps) {
	const [open, setOpen] = useState(false);
	const label = open ? hide : show;
	return (
		<div class="fold">
			<button type="button" class="button plain fold-button" aria-expanded={open}
				aria-label={about && `${label}（${about}）`} onClick={() => setOpen(!open)}>{label}</button>
			<div class="folded" hidden={!open}>{children}</div>
		</div>
	);
}
