// What the loader tells the programs.
#pragma once

enum operation { UPDATE, DELETE, PUSH, BELOW, PASS, STORE, READ, GLOBAL, FLOOD };

enum { FLOOD_KEYS = 1000 };

enum { PORT = 47101, KEY_ROOM = 64, VALUE_ROOM = 256 };

struct order {
  unsigned long long magic;    // the argument of getpgid that only this loader's child uses
  unsigned long long getpgid;  // its number
  enum operation operation;
  unsigned int unused;
  unsigned char key[KEY_ROOM];
  unsigned char value[VALUE_ROOM];
};
