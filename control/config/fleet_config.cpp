// SPDX-License-Identifier: Apache-2.0
#include "config/fleet_config.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bulkhead::control {

namespace {

constexpr size_t kMaxEndpoints = 9;
constexpr size_t kMaxPrefix = 200;
constexpr std::string_view kTls = "https://";
constexpr std::string_view kPlain = "http://";
constexpr std::array<std::string_view, 3> kThisMachine = {"127.0.0.1:", "[::1]:", "localhost:"};

bool on_this_machine(std::string_view address) {
  return std::ranges::any_of(kThisMachine,
                             [&](std::string_view host) { return address.starts_with(host); });
}

// Empty: it is good.
std::string problem_of(std::string_view url, EtcdEndpoint& out) {
  out.tls = url.starts_with(kTls);
  if (!out.tls && !url.starts_with(kPlain)) return "is no URL like https://10.0.0.5:2379";
  out.address = url.substr(out.tls ? kTls.size() : kPlain.size());
  if (out.address.ends_with('/')) out.address.pop_back();
  const size_t colon = out.address.rfind(':');
  const std::string_view port =
      colon == std::string::npos ? "" : std::string_view(out.address).substr(colon + 1);
  if (colon == 0 || port.empty() || port.size() > 5 ||
      !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
    return "has no port: https://10.0.0.5:2379";
  if (!out.tls && !on_this_machine(out.address))
    return "leads to another machine without TLS: use https";
  return {};
}

bool prefix_ok(const std::string& prefix) {
  return prefix.size() <= kMaxPrefix && prefix.starts_with('/') && !prefix.ends_with('/') &&
         std::ranges::all_of(prefix, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

std::optional<FleetConfig> read_fleet(config::MapReader& outer, const std::string& trust_domain) {
  const config::Node* node = outer.optional("fleet");
  if (node == nullptr) return std::nullopt;
  config::MapReader map(*node, "fleet", outer.problems());
  FleetConfig out;
  (void)map.required("etcd");
  for (const std::string& url : map.optional_strings("etcd")) {
    EtcdEndpoint endpoint;
    if (const auto problem = problem_of(url, endpoint); !problem.empty())
      map.error("etcd", "'" + url + "' " + problem);
    out.endpoints.push_back(std::move(endpoint));
  }
  if (out.endpoints.empty() || out.endpoints.size() > kMaxEndpoints)
    map.error("etcd", "has " + std::to_string(out.endpoints.size()) +
                          " entries: 1 to 9 URLs of one cluster are possible");
  out.prefix = map.optional_string("prefix", "/bulkhead/" + trust_domain);
  if (!prefix_ok(out.prefix))
    map.error("prefix", "is no prefix of keys like /bulkhead/plant-1, of at most 200 characters");
  out.certificate = map.optional_string("certificate", "");
  out.private_key = map.optional_string("private_key", "");
  out.anchors = map.optional_string("trust_anchors", "");
  if (out.certificate.empty() != out.private_key.empty())
    map.error("certificate", "goes with private_key: give both, or none for the gateway's own");
  map.finish();
  return out;
}

}  // namespace bulkhead::control
