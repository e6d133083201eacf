"""The classifiers of figure 9 of the paper of 1998, to be measured again; a module a family."""
