#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A compromised host sweeps ARP, pings, scans ports and forges another's addresses; nothing answers,
# every attempt is counted under its reason, and the HMI's polling loses nothing.
. "$(dirname "$0")/common.sh"
lab_enter "$0" "$@"
lab_ready
ip netns exec hmi stdbuf -oL mbpoll -m tcp -q -0 -a 1 -r 10 -c 1 -t 4 -l 100 -o 1 10.20.0.70 >"$LAB_DIR/polling.log" 2>&1 &
poller=$!
check "polling began" until_true 5 grep -q 1010 "$LAB_DIR/polling.log"

ip netns exec laptop tcpdump --immediate-mode -i eth0 -Q in -n -w "$LAB_DIR/heard.pcap" 2>/dev/null &
sniffer=$!
sleep 0.5
check_says "an ARP sweep finds nobody" '0 hosts up|Host seems down' in_host laptop nmap -n -sn -PR --max-retries 0 10.20.0.68/30 10.20.0.8/29
check_says "no echo answer" '100% packet loss' in_host laptop ping -c 2 -W 1 10.20.0.70
in_host laptop ip neighbour replace 10.20.0.70 lladdr "$(in_host gw-a cat /sys/class/net/z1/address)" dev eth0
check_says "no port answers" 'filtered' in_host laptop nmap -n -Pn -sS --disable-arp-ping --send-ip -p 1-100,102,502,44818 --max-retries 0 10.20.0.70
# Forged: the HMI's addresses from the laptop's port.
in_host laptop ip link set eth0 address 02:00:00:00:00:11
in_host laptop ip address add 10.20.0.11/24 dev eth0
in_host laptop ip neighbour replace 10.20.0.70 lladdr "$(in_host gw-a cat /sys/class/net/z1/address)" dev eth0
check_says "a forged address gets no echo answer" '100% packet loss' in_host laptop ping -I 10.20.0.11 -c 2 -W 1 10.20.0.70
kill -INT $sniffer; wait $sniffer 2>/dev/null
check_says "the laptop heard not one packet" '^0$' sh -c "tcpdump -n -r '$LAB_DIR/heard.pcap' 2>/dev/null | wc -l"

check "ARP questions were met with silence" until_true 5 drops_at_least gw-a arp_silence 1
check "the scan has its reason" until_true 5 drops_at_least gw-a no_relationship 50
check "the forgery has its reason" until_true 5 drops_at_least gw-a spoofed_binding 1
check_event "discovery is reported as T0846" 'T0846' gw-a
kill -INT $poller; wait $poller 2>/dev/null
check_says "the HMI lost nothing" ' 0 errors' cat "$LAB_DIR/polling.log"
