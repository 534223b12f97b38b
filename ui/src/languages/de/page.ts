// German: the frame, Today, what was not taken, System, sign-in.

import type { Translation } from '../../texts';
import { count } from './count';

export const page: Translation = {
    locale: 'de-DE',
    product: 'Gantry',
    site: (site) => `Zentrum ${site}`,
    skip: 'Zum Inhalt springen',
    title: (name, site) => (site ? `${name} · Gantry ${site}` : `${name} · Gantry`),
    loading: 'Die Box wird gefragt …',
    language: 'Sprache',
    announce: (outcome, name, headline) => `${outcome}. ${name}. ${headline}`,

    nav: { label: 'Seiten', today: 'Heute', visits: 'Visiten', uploads: 'Übertragungen', scanners: 'Scanner', central: 'Zentrales Team', refused: 'Nicht angenommen', system: 'System', help: 'Tastenkürzel' },

    outcome: {
        arriving: 'Kommt an',
        may_leave: 'Patient darf gehen',
        scan_again: 'Noch einmal scannen',
        needs_you: 'Sie werden gebraucht',
        not_judged: 'Nicht beurteilt',
        phantom: 'Phantom',
    },

    time: {
        now: 'gerade eben',
        seconds: (n) => `vor ${n} s`,
        minutes: (n) => `vor ${n} min`,
        hours: (n) => `vor ${n} h`,
        few: 'wenige Sekunden',
        spanSeconds: (n) => `${n} s`,
        spanMinutes: (n) => `${n} min`,
        spanHours: (n) => `${n} h`,
        arrived: (ago) => `angekommen ${ago}`,
        last: (ago) => `letztes Bild ${ago}`,
    },

    board: {
        title: 'Heute',
        needs: 'Braucht Sie jetzt',
        needsNothing: 'Im Moment braucht Sie nichts.',
        arriving: 'Kommt an',
        done: 'Heute erledigt',
        earlier: (n) => `Früher erledigt (${n})`,
        open: 'Öffnen',
        openStudy: (name) => `${name} öffnen`,
        assign: 'Sagen, von wem die Aufnahme ist …',
        deviation: 'Mit Abweichung senden …',
        deviated: (headline) => (headline ? `Mit dieser Abweichung gesendet: ${headline}` : 'Mit ihrer Abweichung gesendet.'),
        emptyTitle: 'Heute noch keine Aufnahmen.',
        emptyHow: (nodes, address) => `Senden Sie vom Scanner an den Knoten ${nodes} unter ${address}.`,
        emptyThen: 'Die Aufnahme erscheint hier von selbst, ihr Ergebnis Sekunden nach dem letzten Bild.',
        refusedTitle: (n) => (n === 1 ? 'Etwas, das ein Scanner gesendet hat, wurde nicht angenommen.' : `${n} Dinge, die Scanner gesendet haben, wurden nicht so angenommen, wie sie kamen.`),
        refusedAdvice: 'Sehen Sie nach, was fehlt, bevor der Patient geht.',
        refusedOpen: 'Ansehen',
    },

    result: {
        pass: 'bestanden',
        fail: 'nicht wie verlangt',
        cannot_tell: 'nicht feststellbar',
        not_applicable: 'trifft nicht zu',
        waived: 'erlassen',
    },

    repair: {
        resend: 'Noch einmal senden; keine neue Aufnahme',
        reconstruct: 'Rekonstruieren; keine neue Strahlung',
        reacquire: 'Noch einmal aufnehmen; der Patient wird gebraucht',
        enter: 'Fehlendes eintippen',
    },

    upload: {
        preparing: 'Wird für den Sponsor vorbereitet',
        label: (name) => `Übertragung von ${name}`,
        progress: (percent) => `${percent} % gesendet`,
        left: (span) => `noch ${span}`,
        of: (sent, total) => `${sent} von ${total}`,
        delivered: 'Beim Sponsor; wartet auf seine Quittung',
        confirmed: (at) => `Vom Sponsor bestätigt ${at}`,
        confirmedPlain: 'Vom Sponsor bestätigt',
        purged: 'Vom Sponsor bestätigt; hier gelöscht',
        waiting: 'Wartet, bis es an der Reihe ist',
        waits: (reason) => `Wartet: ${reason}`,
    },

    form: {
        cancel: 'Jetzt nicht',
        needReason: 'Bitte geben Sie einen Grund an.',
        needSubject: 'Bitte wählen Sie einen Teilnehmer.',
        needVisit: 'Bitte wählen Sie eine Visite.',
        working: 'Einen Moment …',
        failed: 'Das wurde nicht angenommen.',
        lost: 'Die Box hat nicht geantwortet. Soweit diese Seite weiß, wurde nichts geändert; sehen Sie nach, bevor Sie es wiederholen.',
        details: 'Technische Einzelheiten',
    },

    refusals: {
        title: 'Nicht angenommen wie gesendet',
        lead: 'Alles, was ein Scanner gesendet hat und was nicht einfach angekommen ist: abgelehnt, abgebrochen, doppelt gesendet, widersprüchlich oder nicht sicher zu senden.',
        none: 'Alles, was Scanner gesendet haben, wurde angenommen.',
        noneWhy: 'Wird etwas abgelehnt, abgebrochen oder doppelt gesendet, steht es hier, mit dem, was zu tun ist.',
        open: (n) => `Anzusehen (${n})`,
        noneOpen: 'Hier wartet nichts auf einen Blick.',
        seen: (n) => `Gesehen, oder nichts zu tun (${n})`,
        kind: {
            refused: 'Nicht angenommen',
            duplicate: 'War schon da',
            conflict: 'Widerspruch',
            rejected_association: 'Absender nicht zugelassen',
            aborted: 'Abgebrochen',
            withheld: 'Bleibt hier',
        },
        times: (n) => `${n}-mal`,
        acknowledge: 'Als gesehen markieren',
        acknowledgeOf: (what) => `Als gesehen markieren: ${what}`,
        seenBy: (who) => `gesehen von ${who}`,
        toStudy: 'Zugehörige Untersuchung öffnen',
        from: (sender, address) => (address ? `von ${sender} (${address})` : `von ${sender}`),
    },

    system: {
        title: 'System',
        lead: 'Wie es der Box geht.',
        allWell: 'alles in Ordnung',
        problems: (n) => count(n, 'Punkt braucht Aufmerksamkeit', 'Punkte brauchen Aufmerksamkeit'),
        uploads: (n) => count(n, 'Übertragung', 'Übertragungen'),
        doneIn: (span) => `fertig in ~${span}`,
        wait: (n) => `${n} warten`,
        noUploads: 'Nichts wartet darauf, gesendet zu werden.',
        sending: (n, left) => `${count(n, 'Übertragung läuft', 'Übertragungen laufen')}; noch ${left}.`,
        waiting: (n, left) => `${count(n, 'Übertragung wartet', 'Übertragungen warten')}; noch ${left}.`,
        disk: (free, reserve) => `${free} Plattenplatz sind frei. Sind nur noch ${reserve} übrig, werden Aufnahmen abgelehnt, nicht verloren.`,
        diskLow: (free) => `Nur ${free} Plattenplatz sind frei: Aufnahmen werden abgelehnt, bis wieder Platz ist.`,
        node: (nodes, address) => `Scanner senden an den Knoten ${nodes} unter ${address}.`,
        manual: (title, version) => `Geltendes Imaging-Manual: ${title}, Version ${version}.`,
        subjects: (n) => `${count(n, 'Teilnehmer', 'Teilnehmer')} hier eingeschlossen.`,
        version: (version) => `Gantry ${version}.`,
        reached: (clock) => `Diese Seite folgt der Box live; letzte Nachricht von ihr um ${clock}.`,
        polled: (clock) => `Diese Seite fragt die Box alle paar Sekunden; letzte Nachricht von ihr um ${clock}.`,
        next: 'Das ist zu tun',
        checking: 'wird gefragt …',
        lost: 'ohne Verbindung',
    },

    lost: {
        title: (clock) => `Diese Seite hat um ${clock} die Verbindung zur Box verloren.`,
        titleNever: 'Diese Seite erreicht die Box nicht.',
        meaning: 'Was Sie sehen, kann veraltet sein. Scanner senden vielleicht weiter; was angenommen wurde, ist nicht verloren.',
        advice: 'Sehen Sie nach, ob die Box eingeschaltet ist und dieser Computer im Netz des Krankenhauses ist. Dauert es an, rufen Sie die IT des Zentrums.',
        next: (seconds) => (seconds > 0 ? `Neuer Versuch in ${seconds} s.` : 'Neuer Versuch …'),
        retry: 'Jetzt versuchen',
    },

    help: {
        title: 'Tastenkürzel',
        rows: [
            ['t', 'Heute'], ['v', 'Visiten'], ['u', 'Übertragungen'], ['c', 'Scanner'], ['q', 'Zentrales Team'], ['n', 'Nicht angenommen'], ['s', 'System'],
            ['j', 'Nächste Untersuchung'], ['k', 'Vorige Untersuchung'], ['Enter', 'Untersuchung öffnen'],
            ['Esc', 'Formular schließen, oder zurück zu Heute'], ['?', 'Diese Liste'],
        ],
        off: 'Einzelne Tasten als Kürzel',
        close: 'Schließen',
    },

    mishap: {
        title: 'Diese Seite konnte nicht gezeigt werden.',
        meaning: 'Der Fehler liegt in der Seite, nicht in Ihren Aufnahmen. Laden Sie sie neu; kommt er wieder, rufen Sie die IT des Zentrums.',
        reload: 'Neu laden',
    },

    updated: { title: 'Gantry wurde aktualisiert.', reload: 'Die neue Seite laden' },
    notFound: { title: 'Diese Seite gibt es nicht.', back: 'Zu Heute' },
};
