# start-command.sh FOLDER: prints the command that starts what lies in the folder, nothing when there is none. In this
# order: the one that was asked for, a Procfile's `web`, package.json's `start`, the program an npm package brings.
if [ -n "$START_COMMAND" ]; then
  printf '%s\n' "$START_COMMAND"
  exit 0
fi
if [ -e "$1/Procfile" ]; then
  web=$(tr -d '\r' <"$1/Procfile" | sed -n 's/^web:[[:space:]]*//p' | sed 's/[[:space:]]*$//' | head -n 1)
  if [ -n "$web" ]; then
    printf '%s\n' "$web"
    exit 0
  fi
fi
if [ -e "$1/package.json" ]; then
  node "$RECIPE/manifest.mjs" start-command "$1/package.json"
fi
