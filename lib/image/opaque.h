// SPDX-License-Identifier: Apache-2.0
// What is encrypted, against what a service lets pass unread. Packet path: bounded, no allocation.
#pragma once

#include "image/match.h"

namespace bulkhead::image {

// nullptr: the service lets nothing pass unread, or is not inspected.
const OpaqueRecord* opaque_terms(const Sections& sections, const ServiceRecord& service) noexcept;

// Of an operation that is opaque. kValueOutOfRange: it is TLS of another version, or to another
// server.
Fit fit_opaque(const Sections& sections, const ServiceRecord& service,
               const wire::Operation& operation, const OperationMemory& memory) noexcept;

}  // namespace bulkhead::image
