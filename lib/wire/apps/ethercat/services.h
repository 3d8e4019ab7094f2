// SPDX-License-Identifier: Apache-2.0
// Services of mailboxes besides CoE. Functions of their codes are opcodes of requests.
#pragma once

#include "wire/apps/ethercat/mailbox.h"

namespace bulkhead::wire::ethercat {

Service read_aoe(Reader& in) noexcept;  // ADS over EtherCAT (ETG.1020)
Service read_eoe(Reader& in) noexcept;  // Ethernet over EtherCAT (ETG.1000.6)
Service read_foe(Reader& in) noexcept;  // files (ETG.1000.6)
Service read_soe(Reader& in) noexcept;  // servo drives (ETG.1000.6)

}  // namespace bulkhead::wire::ethercat
