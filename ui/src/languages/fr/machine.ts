// French: viewer, alarms, what site IT is told of the box.

import type { Translation } from '../../texts';

export const machine: Translation = {
    alarm: {
        title: 'Quand un examen a besoin de quelqu’un',
        sound: 'sonner sur cet ordinateur',
        notification: 'montrer une notification sur cet ordinateur',
        refused: 'Le navigateur ne le permet pas.',
    },

    viewer: {
        open: 'Regarder les images',
        openOf: (series) => `Regarder les images: ${series}`,
        none: 'Il n’y a pas d’image à regarder ici.',
        lost: 'La box n’a pas répondu. Réessayez.',
        cannot: (why) => `Cette image ne peut pas être montrée. ${why}`,
        image: (n, of) => `Image ${n} sur ${of}`,
        play: 'Lire',
        stop: 'Arrêter',
        window: 'Luminosité',
        own: 'Comme le dit l’appareil',
        ownNumber: (n) => `Comme le dit l’appareil, ${n}`,
        automatic: 'Selon l’image elle-même',
        drawn: 'Comme tirée',
        preset: { soft: 'Parties molles', lung: 'Poumon', bone: 'Os', brain: 'Cerveau' },
        smaller: 'Plus petit',
        larger: 'Plus grand',
        level: (center, width) => `centre ${center}, largeur ${width}`,
        how: 'Molette ou flèches : parcourir la série. Glisser : luminosité et contraste. Pas pour le diagnostic.',
    },

    machine: {
        daysLeft: (n) => `Au rythme des deux dernières semaines, le disque est plein dans ${n} jours.`,
        certificate: (end) => `Le certificat de cette page se termine le ${end}.`,
        certificateOf: (trial, end) => `Le certificat de l’essai ${trial} se termine le ${end}.`,
        renew: 'Mettez-en un nouveau en place et redémarrez gantryd.',
        renewTrial: 'Il se renouvelle de lui-même. Si cela persiste, appelez l’équipe centrale.',
        nodes: 'Nœuds qui ont envoyé',
        noNodes: 'Aucun nœud n’a encore rien envoyé.',
        ae: 'Titre AE',
        address: 'Adresse',
        port: 'Port',
        last: 'Vu la dernière fois',
        calls: 'Connexions',
        called: (n, broken) => (broken > 0 ? `${n}, dont ${broken} interrompues` : `${n}`),
        echo: 'Un nœud est-il là ?',
        ask: 'Envoyer un écho',
        answered: (ms) => `Il répond : ${ms} ms.`,
        log: 'Journal technique',
        logLead: 'Ce que gantryd a écrit depuis son démarrage, les 1000 dernières lignes. Aucun patient n’y figure.',
        grave: 'Avertissements et erreurs seulement',
        download: 'Télécharger',
    },
};
