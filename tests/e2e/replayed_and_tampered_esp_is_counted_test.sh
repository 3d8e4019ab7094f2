#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Packets recorded on the mesh and sent again, as they were and with one bit changed, are dropped
# for their reasons; strangers' packets too; and nothing on the mesh answers.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
ip netns exec underlay tcpdump --immediate-mode -i to-a -U -n -w "$LAB_DIR/mesh.pcap" 'udp port 4500 and src host 172.30.0.1' 2>/dev/null &
recorder=$!
sleep 0.5
check_says "a read passes" '1010' read_register hmi 10
sleep 0.3
kill -INT $recorder; wait $recorder 2>/dev/null
in_host underlay /usr/bin/python3 "$E2E/endpoints/replay_esp.py" "$LAB_DIR/mesh.pcap" to-b || fail "replayer"
check "the repeated packets are dropped as replay" until_true 5 drops_at_least gw-b replay 5
check "the changed packets are dropped as auth_failed" until_true 5 drops_at_least gw-b auth_failed 5
check "an unknown SPI is dropped as no_sa" until_true 5 drops_at_least gw-b no_sa 1
check_says "and reads still pass" '1010' read_register hmi 10
