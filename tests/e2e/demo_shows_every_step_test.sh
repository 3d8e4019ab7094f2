#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The demonstration itself: exits 0 only when every step showed what it says.
exec "$(dirname "$0")/../../scripts/demo"
