// English: signing in and up.
export const account = {
  login: {
    title: 'Welcome back',
    subtitle: 'Log in to create and enter rooms.',
    email: 'Email',
    password: 'Password',
    submit: 'Login',
    toRegister: 'not a member? Register',
    forRoom: 'Log in to enter the room. You will be taken there right away.',
  },
  register: {
    title: 'Create your account',
    subtitle: 'It takes half a minute.',
    firstName: 'First Name',
    lastName: 'Last Name',
    email: 'Email',
    password: 'Password',
    confirm: 'Confirm Password',
    confirmHint: 'Enter the same password as before, for verification.',
    submit: 'Register',
    toLogin: 'already have an account? Log In',
    hintsLabel: 'What makes a good password',
    hint: {
      personal: "Your password can't be too similar to your other personal information.",
      length: 'Your password must contain at least 8 characters.',
      common: "Your password can't be a commonly used password.",
      digits: "Your password can't be entirely numeric.",
    },
  },
} as const;
