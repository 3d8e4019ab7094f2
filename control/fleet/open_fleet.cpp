// SPDX-License-Identifier: Apache-2.0
#include "fleet/open_fleet.h"

#include <algorithm>

namespace bulkhead::control {

namespace {

const std::string& or_own(const std::string& given, const std::string& own) {
  return given.empty() ? own : given;
}

EtcdFiles files_of(const ControlConfig& config) {
  const FleetConfig& fleet = *config.fleet;
  return {or_own(fleet.certificate, config.certificate),
          or_own(fleet.private_key, config.private_key),
          or_own(fleet.anchors, config.trust_anchors)};
}

}  // namespace

OpenFleet::OpenFleet(const ControlConfig& config, const EtcdFiles& files, const Parts& parts)
    : etcd(config.fleet->endpoints, files),
      fleet({config.gateway, config.trust_domain, config.fleet->prefix}, etcd, parts.trust,
            parts.clock),
      orders({config.gateway, config.trust_domain, config.fleet->prefix}, etcd, parts.trust),
      exchange(orders, parts.overlays, parts.policies.audit(), parts.clock),
      member({etcd, fleet, exchange, parts.policies, parts.link, parts.clock, config.gateway}) {}

Result<std::unique_ptr<OpenFleet>> open_fleet(const ControlConfig& config,
                                              const OpenFleet::Parts& parts) {
  if (!config.fleet) return std::unique_ptr<OpenFleet>{};
  const EtcdFiles files = files_of(config);
  const bool tls = std::ranges::any_of(config.fleet->endpoints, &EtcdEndpoint::tls);
  if (tls && files.private_key.starts_with("pkcs11:"))
    return Error{ErrorCode::kUnsupported,
                 "fleet: a key in a token cannot be used towards etcd: give fleet.certificate and "
                 "fleet.private_key as files"};
  auto out = std::make_unique<OpenFleet>(config, files, parts);
  parts.policies.join(out->fleet);
  parts.overlays.on_change([member = &out->member] { member->poke(); });
  return out;
}

}  // namespace bulkhead::control
