// SPDX-License-Identifier: Apache-2.0
#include "image/opaque.h"

#include <algorithm>

#include "image/point_names.h"

namespace bulkhead::image {
namespace {

// Of a record of TLS: the best version that it tells, and the server's name.
bool tls_fits(const Sections& s, const OpaqueRecord& terms, const wire::Operation& op) noexcept {
  uint64_t version = 0;
  bool named = terms.server_names.count == 0;
  for (const wire::PointRange& point : op.points) {
    if (point.type == wire::PointType::kTlsVersion) version = std::max(version, point.last);
    if (point.type == wire::PointType::kTlsServerName && !named)
      named = named_so(s, Sections::slice(s.point_names, terms.server_names), point);
  }
  return named && version >= terms.min_version;
}

}  // namespace

const OpaqueRecord* opaque_terms(const Sections& sections, const ServiceRecord& service) noexcept {
  if (service.app == 0 || service.expects == 0) return nullptr;
  return &sections.opaque_terms[service.expects - 1u];
}

Fit fit_opaque(const Sections& sections, const ServiceRecord& service,
               const wire::Operation& operation, const OperationMemory& memory) noexcept {
  const OpaqueRecord* terms = opaque_terms(sections, service);
  const bool tls = operation.app == wire::App::kTls;
  const bool own = static_cast<uint8_t>(operation.app) == service.app;
  if (terms == nullptr || (!tls && !own)) return Fit::kNo;
  if (tls && !tls_fits(sections, *terms, operation)) return Fit::kValueOutOfRange;
  const bool passes = terms->limit_id == 0 || memory.has_token(rate_of(*terms));
  return passes ? Fit::kYes : Fit::kRateExceeded;
}

}  // namespace bulkhead::image
