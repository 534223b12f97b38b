// German: viewer, alarms, what site IT is told of the box.

import type { Translation } from '../../texts';

export const machine: Translation = {
    alarm: {
        title: 'Wenn eine Untersuchung jemanden braucht',
        sound: 'auf diesem Rechner einen Ton geben',
        notification: 'auf diesem Rechner eine Mitteilung zeigen',
        refused: 'Der Browser erlaubt es nicht.',
    },

    viewer: {
        open: 'Die Bilder ansehen',
        openOf: (series) => `Die Bilder ansehen: ${series}`,
        none: 'Hier gibt es kein Bild anzusehen.',
        lost: 'Die Box hat nicht geantwortet. Versuchen Sie es noch einmal.',
        cannot: (why) => `Dieses Bild kann nicht gezeigt werden. ${why}`,
        image: (n, of) => `Bild ${n} von ${of}`,
        play: 'Abspielen',
        stop: 'Anhalten',
        window: 'Helligkeit',
        own: 'Wie das Gerät sagt',
        ownNumber: (n) => `Wie das Gerät sagt, ${n}`,
        automatic: 'Nach dem Bild selbst',
        drawn: 'Wie gezogen',
        preset: { soft: 'Weichteil', lung: 'Lunge', bone: 'Knochen', brain: 'Gehirn' },
        smaller: 'Kleiner',
        larger: 'Größer',
        level: (center, width) => `Mitte ${center}, Breite ${width}`,
        how: 'Rad oder Pfeiltasten: durch die Serie. Ziehen: Helligkeit und Kontrast. Nicht zur Befundung.',
    },

    machine: {
        daysLeft: (n) => `Bei der Menge der letzten zwei Wochen ist die Platte in ${n} Tagen voll.`,
        certificate: (end) => `Das Zertifikat dieser Seite endet am ${end}.`,
        certificateOf: (trial, end) => `Das Zertifikat der Studie ${trial} endet am ${end}.`,
        renew: 'Ein neues einsetzen und gantryd neu starten.',
        renewTrial: 'Es wird von selbst erneuert. Bleibt dies stehen, das zentrale Team anrufen.',
        nodes: 'Knoten, die gesendet haben',
        noNodes: 'Noch hat kein Knoten etwas gesendet.',
        ae: 'AE-Titel',
        address: 'Adresse',
        port: 'Port',
        last: 'Zuletzt gesehen',
        calls: 'Verbindungen',
        called: (n, broken) => (broken > 0 ? `${n}, davon ${broken} abgebrochen` : `${n}`),
        echo: 'Ist ein Knoten da?',
        ask: 'Echo senden',
        answered: (ms) => `Er antwortet: ${ms} ms.`,
        log: 'Logbuch',
        logLead: 'Was gantryd seit dem Start schrieb, die letzten 1000 Zeilen. Kein Patient steht darin.',
        grave: 'Nur Warnungen und Fehler',
        download: 'Herunterladen',
    },
};
