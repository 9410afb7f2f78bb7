#!/bin/sh
# Creates our namespace and the search attributes by which runs are found (workflows/messages.ts). Safe to run again.
set -eu

# How long a finished run can be read in the Web UI. The database keeps what outlives it.
RETENTION=30d
ATTEMPTS=30
PAUSE_SECONDS=2

# The server answers before it knows all of its namespaces, and a new one is known a few seconds after its creation.
again() {
  attempt=1
  until "$@"; do
    if [ "$attempt" -ge "$ATTEMPTS" ]; then
      echo "Gave up after $ATTEMPTS attempts: $*. Look at the logs of the service temporal." >&2
      return 1
    fi
    attempt=$((attempt + 1))
    sleep "$PAUSE_SECONDS"
  done
}

namespace() {
  if temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
    temporal operator namespace update -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
  else
    temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
  fi
}

attribute() {
  temporal operator search-attribute create -n "$TEMPORAL_NAMESPACE" --name "$1" --type "$2"
}

again namespace
again attribute IdentityStage Keyword
again attribute TenantId Keyword
again attribute CharacterId Keyword
again attribute AwaitingSince Datetime
echo "The namespace $TEMPORAL_NAMESPACE is ready: finished runs are kept for $RETENTION."
