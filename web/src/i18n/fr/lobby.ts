// French: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'Salles',
    subheading: 'Entrez dans une salle ou ouvrez la vôtre.',
    search: 'Rechercher un titre…',
    clearSearch: 'Effacer la recherche',
    create: 'Créer une salle',
    anonymous: '<login>Connectez-vous</login> ou <register>inscrivez-vous</register> pour créer une salle ou y entrer',
    loading: 'Chargement des salles',
    empty: 'Pas encore de salles !',
    emptyHint: 'Ouvrez la première et invitez les autres.',
    emptyHintAnonymous: 'Connectez-vous et ouvrez la première.',
    noMatch: 'Aucune salle n’a « {{search}} » dans son titre',
    more: 'Afficher plus de salles',
    list: 'Salles, les plus récentes d’abord',
    yours: 'Votre salle',
    type: { OTA: 'Ouverte à tous', IO: 'Sur invitation', unknown: 'type de salle inconnu' },
    createdOn: 'créée le {{date}}',
    noDescription: 'Aucune description',
    enter: 'Entrer',
    enterNamed: 'Entrer dans la salle {{title}}',
    delete: 'Supprimer la salle',
    confirmDelete: {
      title: 'Supprimer « {{title}} » ?',
      body: 'La salle et son lien ne fonctionneront plus pour personne. Cette action est irréversible.',
    },
    copyLink: 'Copier le lien d’invitation',
    link: 'Lien d’invitation',
    linkHint: 'Toute personne qui a un compte et ce lien peut entrer. Il est valable {{days}} jours.',
  },
  create: {
    title: 'Nouvelle salle',
    name: 'Titre',
    description: 'Description',
    type: 'Type de salle',
    typeHint: {
      OTA: 'Toute personne qui a un compte la voit sur la page d’accueil et peut y entrer.',
      IO: 'Elle n’est visible que pour vous ; les autres y entrent avec un lien d’invitation.',
    },
    options: 'Plus d’options',
    submit: 'Créer la salle',
  },
};
