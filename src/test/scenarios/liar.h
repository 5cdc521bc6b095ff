// What the loader tells the liars.
#pragma once

struct lie {
  unsigned int tgid;     // who is lied to
  unsigned int command;  // of bpf(2), about which
  unsigned int first;    // id or type, from which on
  unsigned int last;     // up to which
  int answer;            // a negative errno
};
