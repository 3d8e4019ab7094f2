// SPDX-License-Identifier: Apache-2.0
#include "fleet/etcd_fleet.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "fleet/document.h"
#include "pdp/fleet_standing.h"
#include "trust/trust.h"

namespace bulkhead::control {

namespace {

constexpr size_t kMaxVersions = 1000;

Error overtaken(const fleet::Version& head) {
  return {ErrorCode::kConflict,
          "fleet version " + std::to_string(head.number) + " by " + head.author + " at " +
              head.gateway + (head.confirmed ? ", now confirmed," : "") +
              " is not in force here yet: look at it when it is, and try again"};
}

}  // namespace

EtcdFleet::EtcdFleet(Names names, EtcdClient& etcd, trust::Trust& trust, const Clock& clock)
    : names_(std::move(names)),
      etcd_(etcd),
      trust_(trust),
      clock_(clock),
      texts_(names_.prefix + "/texts/", etcd) {}

std::string EtcdFleet::version_key(uint64_t number) const {
  return key(fmt::format("/versions/{:020}", number));
}

Result<EtcdFleet::Head> EtcdFleet::read_head() {
  const auto value = etcd_.get(head_key());
  if (!value) return value.error();
  if (!value->has_value()) return Head{};
  auto version = unseal((*value)->value, trust_, names_.trust_domain);
  if (!version) return std::move(version).error();
  return Head{std::move(*version), (*value)->revision};
}

Result<std::optional<fleet::Version>> EtcdFleet::head() {
  auto head = read_head();
  if (!head) return std::move(head).error();
  return std::move(head->version);
}

Result<fleet::Version> EtcdFleet::version(uint64_t number) {
  const auto value = etcd_.get(version_key(number));
  if (!value) return value.error();
  if (!value->has_value())
    return Error{ErrorCode::kNotFound,
                 "fleet version " + std::to_string(number) + " is not in the store any longer"};
  auto version = unseal((*value)->value, trust_, names_.trust_domain);
  if (version && version->number != number)
    return Error{ErrorCode::kInvalid, "the store gives fleet version " +
                                          std::to_string(version->number) + " for " +
                                          std::to_string(number)};
  return version;
}

Result<std::string> EtcdFleet::text(const fleet::Version& version) {
  return texts_.get(version.text, version.text_bytes);
}

// The head, if what is in force at `place` is what it says; or one that is older, which a restored
// store has, and which may be replaced.
Result<EtcdFleet::Head> EtcdFleet::head_for(const FleetPlace& place) {
  auto head = read_head();
  if (!head || !head->version) return head;
  switch (standing_of(*head->version, place)) {
    case FleetStanding::kNewer:
    case FleetStanding::kConfirmed:
      return overtaken(*head->version);
    default:
      return head;
  }
}

// Also under its number. Not known whether it was written: looked at once more.
Status EtcdFleet::replace(const Head& head, const fleet::Version& version) {
  const auto document = seal(version, *trust_.credentials());
  if (!document) return document.error();
  EtcdTransaction transaction;
  transaction.expected.push_back({head_key(), head.revision});
  for (const std::string& piece : texts_.keys(version.text, version.text_bytes))
    transaction.expected.push_back({piece, std::nullopt});
  transaction.puts = {{head_key(), *document}, {version_key(version.number), *document}};
  const auto done = etcd_.commit(transaction);
  if (done && *done) return {};
  auto now = read_head();
  if (now && now->version == version) return {};
  if (!done) return done.error();
  if (!now) return std::move(now).error();
  if (now->revision == head.revision)
    return Error{ErrorCode::kConflict, "somebody tidied the fleet's store in between: try again"};
  return now->version ? overtaken(*now->version)
                      : Error{ErrorCode::kConflict, "the fleet's store was emptied in between"};
}

Result<uint64_t> EtcdFleet::publish(const FleetPlace& place, fleet::Version version,
                                    const std::string& yaml) {
  const auto head = head_for(place);
  if (!head) return head.error();
  version.number = std::max(head->version ? head->version->number : 0, place.number) + 1;
  version.gateway = names_.gateway;
  version.text = text_digest(yaml);
  version.text_bytes = yaml.size();
  if (Status there = texts_.put(yaml); !there) return std::move(there).error();
  if (Status done = replace(*head, version); !done) return std::move(done).error();
  spdlog::info("fleet version {} published", version.number);
  tidy(version);
  return version.number;
}

Status EtcdFleet::confirm(const FleetPlace& place, const std::string& author,
                          const std::string& authentication) {
  const auto head = head_for(place);
  if (!head) return head.error();
  if (!head->version || head->version->number != place.number || !head->version->trial)
    return Error{ErrorCode::kConflict, "what is on trial here is not the fleet's newest version"};
  fleet::Version version = *head->version;
  version.trial.reset();
  version.confirmed = true;
  version.gateway = names_.gateway;
  version.author = author;
  version.authentication = authentication;
  version.at_wall_ns = clock_.now().wall_ns;
  return replace(*head, version);
}

// Old versions and texts that nothing means any longer go, if nobody has published since. What
// fails is done by the next one.
void EtcdFleet::tidy(const fleet::Version& newest) {
  const auto current = etcd_.get(head_key());
  const auto versions = etcd_.list(key("/versions/"), kMaxVersions, false);
  const auto texts = texts_.all();
  if (!current || !current->has_value() || !versions || !texts) return;
  EtcdTransaction transaction;
  transaction.expected.push_back({head_key(), (*current)->revision});
  std::set<std::string> meant{texts_.prefix_of(newest.text)};
  for (const EtcdValue& each : *versions) {
    const auto version = unseal(each.value, trust_, names_.trust_domain);
    const bool kept = version && (version->number + kKept > newest.number ||
                                  (newest.trial && newest.trial->former == version->number));
    if (kept)
      meant.insert(texts_.prefix_of(version->text));
    else
      transaction.removes.push_back(each.key);
  }
  for (const std::string& text : *texts)
    if (!meant.contains(text)) transaction.removed_prefixes.push_back(text);
  constexpr size_t kMostAtOnce = 60;  // etcd's limit is 128 operations
  if (transaction.removes.size() > kMostAtOnce) transaction.removes.resize(kMostAtOnce);
  if (transaction.removed_prefixes.size() > kMostAtOnce)
    transaction.removed_prefixes.resize(kMostAtOnce);
  if (!transaction.removes.empty() || !transaction.removed_prefixes.empty())
    (void)etcd_.commit(transaction);
}

}  // namespace bulkhead::control
