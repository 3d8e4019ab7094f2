// SPDX-License-Identifier: Apache-2.0
#include "doctor/patient.h"

#include <charconv>

#include "base/file.h"
#include "config/document.h"

namespace bulkhead::doctor {
namespace {

using config::Node;

constexpr size_t kMaxFileBytes = 1u << 20;

const Node* value_of(const Node& map, std::string_view key) {
  for (const config::Entry& entry : map.entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

void take(const Node& map, std::string_view key, std::string& into) {
  const Node* value = value_of(map, key);
  if (value != nullptr && value->kind == Node::Kind::kScalar) into = value->text;
}

void take(const Node& map, std::string_view key, int64_t& into) {
  std::string text;
  take(map, key, text);
  int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{})
    into = number;
}

PortFact read_port(const Node& node) {
  PortFact port;
  port.driver = "af_packet";
  take(node, "name", port.name);
  take(node, "role", port.role);
  take(node, "driver", port.driver);
  take(node, "device", port.device);
  take(node, "mtu", port.mtu);
  return port;
}

}  // namespace

Result<DataplaneFacts> read_dataplane_facts(const std::string& path) {
  auto text = read_file(path, kMaxFileBytes);
  if (!text) return std::move(text).error();
  config::Problems problems(path);
  const auto root = config::parse_document(*text, {}, problems);
  if (!root) return config::error_of(problems);
  DataplaneFacts facts;
  take(*root, "state_directory", facts.state_directory);
  take(*root, "image_signer", facts.image_signer);
  take(*root, "worker_mode", facts.worker_mode);
  take(*root, "workers", facts.workers);
  if (const Node* ports = value_of(*root, "ports"))
    for (const Node& port : ports->items) facts.ports.push_back(read_port(port));
  return facts;
}

std::vector<PortFact> Patient::ports() const {
  return dataplane ? dataplane->ports : std::vector<PortFact>();
}

}  // namespace bulkhead::doctor
