// SPDX-License-Identifier: Apache-2.0
#include "events/relationship_page.h"

#include <algorithm>

namespace bulkhead::control {

namespace {

constexpr size_t kBatch = 1024;

// The names of a policy, which its image holds in order.
class OfPolicy {
 public:
  OfPolicy(const image::ImageView* view, const std::optional<std::string>& after) : view_(view) {
    if (view == nullptr || !after) return;
    const auto all = view->relationships();
    const auto first = std::upper_bound(
        all.begin(), all.end(), std::string_view(*after),
        [&](std::string_view name, const auto& record) { return name < view->text(record.name); });
    at_ = static_cast<size_t>(first - all.begin());
  }
  [[nodiscard]] std::optional<std::string_view> name() const {
    if (view_ == nullptr || at_ >= view_->relationships().size()) return std::nullopt;
    return view_->text(view_->relationships()[at_].name);
  }
  void next() { ++at_; }

 private:
  const image::ImageView* view_;
  size_t at_ = 0;
};

// Those that have a row, a batch at a time.
class OfTotals {
 public:
  OfTotals(const RelationshipTotals& totals, const std::optional<std::string>& after)
      : totals_(totals), batch_(totals.after(after, kBatch)) {}

  [[nodiscard]] const RelationshipTotals::Row* row() const {
    return at_ < batch_.size() ? &batch_[at_] : nullptr;
  }
  void next() {
    if (++at_ < batch_.size()) return;
    batch_ = totals_.after(batch_.back().name, kBatch);
    at_ = 0;
  }

 private:
  const RelationshipTotals& totals_;
  std::vector<RelationshipTotals::Row> batch_;
  size_t at_ = 0;
};

bool unused(const RelationshipPage::Row& row) {
  return row.in_policy && row.total.packets[0] + row.total.packets[1] == 0;
}

}  // namespace

RelationshipPage relationship_page(const RelationshipQuery& query, const image::ImageView* policy,
                                   const RelationshipTotals& totals) {
  OfPolicy names(policy, query.after);
  OfTotals used(totals, query.after);
  RelationshipPage page;
  while (names.name() || used.row() != nullptr) {
    const auto name = names.name();
    const RelationshipTotals::Row* total = used.row();
    RelationshipPage::Row row;
    row.in_policy = name && (total == nullptr || *name <= total->name);
    const bool has_total = total != nullptr && (!name || total->name <= *name);
    row.name = row.in_policy ? std::string(*name) : total->name;
    if (has_total) row.total = total->total;
    if (row.in_policy) names.next();
    if (has_total) used.next();
    if (query.only_unused && !unused(row)) continue;
    if (page.rows.size() == query.most) {
      page.more = true;
      break;
    }
    page.rows.push_back(std::move(row));
  }
  return page;
}

}  // namespace bulkhead::control
