# SPDX-License-Identifier: Apache-2.0
"""What bench/run, bench/compare and bench/gate are made of. bench/README.md says how the files fit together."""
