# SPDX-License-Identifier: Apache-2.0
"""What other programs reach: measured once, on one core of an AMD Zen 5 (2.6 GHz TSC), for the design of the performance
work (document 07). Nobody measures them again here, so only ratios of these figures are used, never the figures."""

# Mpps by frame bytes; ceiling probe with 256 flows.
CEILING = {64: 14.9, 1408: 6.95}
CEILING_CYCLES = {64: 175, 1408: 372}
RAW_CIPHER = {64: 28.0, 512: 21.0, 1408: 11.0}      # IPsec-MB 1.3, AES-256-GCM, direct call
IPSEC_SECGW = {64: 12.1, 512: 9.2, 1408: 6.0}       # DPDK 22.11, one static rule, no inspection
VPP_ACL_CYCLES = {64: 152, 1408: 315}               # FD.io VPP 26.10, ESP and a stateful ACL, without packet source
SNORT = 1.09                                        # Snort 3.12.2, one modbus_func rule, no encryption

SECGW_NAME = "ipsec-secgw 22.11, reference ratio of 07"
VPP_NAME = "VPP 26.10 with a stateful ACL, reference ratio of 07"
SNORT_NAME = "Snort 3.12.2, reference ratio of 07"
