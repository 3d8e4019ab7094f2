#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demonstration itself: exits 0 only when every step showed what it says.
[ "$(id -u)" -eq 0 ] || { echo "network namespaces need root"; exit 77; }
exec "$(dirname "$0")/../../scripts/demo"
