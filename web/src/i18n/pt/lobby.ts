// Portuguese: the list of rooms, and making one.
import type { Translated } from '../translated';
import type { lobby as english } from '../en/lobby';

export const lobby: Translated<typeof english> = {
  lobby: {
    heading: 'Salas',
    subheading: 'Entre em uma sala ou abra a sua.',
    search: 'Pesquisar por título…',
    clearSearch: 'Limpar a pesquisa',
    create: 'Criar sala',
    anonymous: '<login>Faça login</login> ou <register>cadastre-se</register> para criar uma sala ou entrar em uma',
    loading: 'Carregando as salas',
    empty: 'Ainda não há salas!',
    emptyHint: 'Abra a primeira e convide outras pessoas.',
    emptyHintAnonymous: 'Faça login e abra a primeira.',
    noMatch: 'Nenhuma sala tem “{{search}}” no título',
    more: 'Mostrar mais salas',
    list: 'Salas, das mais novas às mais antigas',
    yours: 'Sua',
    type: { OTA: 'Aberta a todos', IO: 'Somente com convite', unknown: 'tipo de sala desconhecido' },
    createdOn: 'criada em {{date}}',
    noDescription: 'Sem descrição',
    enter: 'Entrar na sala',
    enterNamed: 'Entrar na sala {{title}}',
    delete: 'Excluir sala',
    confirmDelete: {
      title: 'Excluir “{{title}}”?',
      body: 'A sala e o link dela deixarão de funcionar para todos. Não é possível desfazer esta ação.',
    },
    copyLink: 'Copiar link de convite',
    link: 'Link de convite',
    linkHint: 'Qualquer pessoa com conta que tenha este link pode entrar. Ele vale por {{days}} dias.',
  },
  create: {
    title: 'Nova sala',
    name: 'Título',
    description: 'Descrição do evento',
    type: 'Tipo de sala',
    typeHint: {
      OTA: 'Qualquer pessoa com conta vê a sala na lista de salas e pode entrar.',
      IO: 'Só você vê a sala; as outras pessoas entram com um link de convite.',
    },
    options: 'Mais opções',
    submit: 'Criar sala',
  },
};
